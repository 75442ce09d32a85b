// A program that uses every type of the package. A wrong value fails to compile.

import { createSession, version } from "ae-login";
import { createSession as createLater, define } from "ae-login/define";
import { firstScreen } from "ae-login/server";

define({ files: "/ae-login/" });
define({ files: new URL("https://cdn.example/") });
// @ts-expect-error: the folder is missing
define({});

const session = createSession({ baseUrl: "https://engine.example", brand: version });
createLater({ baseUrl: "https://engine.example", brand: "DocDemo" }).addEventListener("ae-signed-in", ({ detail }) => detail.session.userId);
// @ts-expect-error: the brand is missing
createSession({ baseUrl: "https://engine.example" });

const html: string = firstScreen({ identifiers: "mobile email", locale: "de", number: 2 });
// @ts-expect-error: not the name of an option
firstScreen({ language: "de" });

const element = document.createElement("ae-login");
element.messages = { continue: html };
export const token: Promise<string> = session.getToken();
