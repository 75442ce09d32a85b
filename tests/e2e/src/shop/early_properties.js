// A page that sets properties of the element before the element is defined.
document.querySelector("ae-login").messages = { identifyTitle: "Welcome to the garden" };
