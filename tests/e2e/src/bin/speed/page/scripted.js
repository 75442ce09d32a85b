// A form that a small script draws, as a shop may write it by hand.

const make = (name, properties) => Object.assign(document.createElement(name), properties);

const form = make("form", { action: "/account", method: "post" });
const input = make("input", { id: "email", name: "email", type: "email", autocomplete: "username", required: true });
form.append(make("label", { htmlFor: "email", textContent: "Email address" }), input, make("button", { textContent: "Continue" }));
form.addEventListener("submit", (event) => event.preventDefault());
document.querySelector("#form").append(form);
