// `<ae-login>` in templates of Vue 3: `import type {} from "ae-login/types/vue"` in one file of the project.

import type { AeLoginEventMap, AeLoginProperties, AeLoginElement } from "ae-login";
import type { HTMLAttributes } from "vue";

/** `ae-signed-in` as `AeSignedIn`. */
type Capitalized<Name extends string> = Name extends `${infer Word}-${infer Rest}` ? `${Capitalize<Word>}${Capitalized<Rest>}` : Capitalize<Name>;

type Listeners = {
  [Name in keyof AeLoginEventMap as `on${Capitalized<Name>}`]?: (event: AeLoginEventMap[Name]) => void;
};

declare module "vue" {
  interface GlobalComponents {
    "ae-login": new () => {
      $props: HTMLAttributes & AeLoginProperties & Partial<Pick<AeLoginElement, "challenge" | "messages" | "requestHeaders">> & Listeners;
    };
  }
}

export {};
