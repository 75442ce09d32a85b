import { Component, CUSTOM_ELEMENTS_SCHEMA } from "@angular/core";
import { bootstrapApplication } from "@angular/platform-browser";
import { define } from "ae-login/define";

define({ files: "/ae-login/" });

@Component({
  selector: "shop-account",
  schemas: [CUSTOM_ELEMENTS_SCHEMA],
  template: `
    <h1>Mein Konto</h1>
    <ae-login base-url="https://eu.api.capillarytech.com" brand="DocDemo">
      <p>Die Anmeldung braucht JavaScript und WebAssembly.</p>
    </ae-login>
  `,
})
class Account {}

bootstrapApplication(Account).catch((error: unknown) => console.error(error));
