// The types of `ae-login/server`.

/** The attributes of the element that change the first screen, and its language. */
export interface FirstScreenOptions {
  /** As the attribute `identifiers`. */
  identifiers?: string;
  /** As the attribute `first-factor`. */
  firstFactor?: string;
  /** As the attribute `remember`. */
  remember?: string;
  /** A language of the widget, such as `de` or `pt-BR`; `en` by default. */
  locale?: string;
  /** As the property `messages`. */
  messages?: Record<string, string>;
  /** The number of the element in the page, from 1. It makes the ids unique. */
  number?: number;
}

/** Returns the HTML of the first screen, for the children of `<ae-login>`. Throws a `RangeError` if an option has no valid value. */
export function firstScreen(options?: FirstScreenOptions): string;
