// `<ae-login>` in JSX of Preact: `import type {} from "ae-login/types/preact"` in one file of the project.

import type { AeLoginElement, AeLoginListeners, AeLoginSettings } from "ae-login";
import type { HTMLAttributes } from "preact";

declare module "preact" {
  namespace JSX {
    interface IntrinsicElements {
      "ae-login": HTMLAttributes<AeLoginElement> & AeLoginSettings & AeLoginListeners<"on">;
    }
  }
}
