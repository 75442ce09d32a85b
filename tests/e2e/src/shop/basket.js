// A page without a form, which uses the session of its tab.

import { createSession } from "/ae-login.js";

const { engine } = document.querySelector("[data-engine]").dataset;
window.basket = createSession({ baseUrl: engine, brand: "DocDemo" });
window.recordEvents(window.basket);
