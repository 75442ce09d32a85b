// `<ae-login>` in JSX of React 19: `import type {} from "ae-login/types/react"` in one file of the project.

import type { AeLoginElement, AeLoginListeners, AeLoginSettings } from "ae-login";
import type { DetailedHTMLProps, HTMLAttributes } from "react";

declare module "react" {
  namespace JSX {
    interface IntrinsicElements {
      "ae-login": DetailedHTMLProps<HTMLAttributes<AeLoginElement>, AeLoginElement> & AeLoginSettings & AeLoginListeners<"on">;
    }
  }
}
