// `<ae-login>` in JSX of Solid: `import type {} from "ae-login/types/solid"` in one file of the project. Solid sets attributes by their
// names in HTML, other properties behind `prop:`, and listeners behind `on:`.

import type { AeLoginAttributes, AeLoginElement, AeLoginListeners } from "ae-login";
import type { JSX } from "solid-js";

declare module "solid-js" {
  namespace JSX {
    interface IntrinsicElements {
      "ae-login": JSX.HTMLAttributes<AeLoginElement> &
        AeLoginAttributes & {
          "prop:messages"?: AeLoginElement["messages"] | undefined;
          "prop:challenge"?: AeLoginElement["challenge"] | undefined;
          "prop:requestHeaders"?: AeLoginElement["requestHeaders"] | undefined;
        } & AeLoginListeners<"on:">;
    }
  }
}
