// A page without a framework.

import type { AeLoginElement, AeLoginReflected } from "ae-login";

const element: AeLoginElement = document.createElement("ae-login");
window.addEventListener("ae-signed-out", ({ detail }) => detail.reason === "expired");
document.addEventListener("ae-error", ({ detail }) => detail.kind === "network");
document.body.addEventListener("ae-step", ({ detail }) => detail.step === "code");
element.addEventListener("ae-ready", ({ detail }) => detail.version);
// @ts-expect-error
window.addEventListener("ae-signed-out", ({ detail }) => detail.kind);
// @ts-expect-error
document.addEventListener("ae-step", ({ detail }) => detail.step === "welcome");

Object.assign(element, { baseUrl: "https://engine.example" } satisfies Partial<AeLoginReflected>);
element.identifiers = "mobile email";
element.otpLength = 6;
element.dialog = true;
element.locale = "";
element.messages = { continue: "Go on" };
// @ts-expect-error
element.storage = "cookie";
// @ts-expect-error
element.identifiers = "mobile fax";
// @ts-expect-error
element.dialog = "";
// @ts-expect-error
element.messages = { greeting: "Go on" };
