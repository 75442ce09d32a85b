// A page without a form: it only wants to know who is signed in.

import { createSession } from "/ae-login.js";

const { engine } = document.querySelector("[data-engine]").dataset;
window.basket = createSession({ baseUrl: engine, brand: "DocDemo" });
window.hear(window.basket);
