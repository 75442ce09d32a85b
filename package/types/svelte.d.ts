// `<ae-login>` in templates of Svelte 5: `import type {} from "ae-login/types/svelte"` in one file of the project.

import type { AeLoginElement, AeLoginListeners, AeLoginSettings } from "ae-login";
import type { HTMLAttributes } from "svelte/elements";

declare module "svelte/elements" {
  interface SvelteHTMLElements {
    "ae-login": HTMLAttributes<AeLoginElement> & AeLoginSettings & AeLoginListeners<"on">;
  }
}
