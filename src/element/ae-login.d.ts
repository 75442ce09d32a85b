// The public types of <ae-login> for TypeScript. Times are milliseconds since 1970 by the server's clock.

/** A session. The object is frozen. */
export interface AeLoginSession {
  readonly brand: string;
  readonly userId: string | null;
  readonly role: string;
  readonly identifierType: "MOBILE" | "EMAIL" | "USERNAME" | "EXTERNALID";
  readonly identifierValue: string;
  readonly issuedAt: number;
  readonly expiresAt: number;
  readonly signedInAt: number;
  readonly secondFactor: null | "otp" | "password";
}

export type AeErrorKind =
  | "configuration"
  | "network"
  | "timeout"
  | "rate-limited"
  | "server"
  | "rejected"
  | "unavailable"
  | "storage"
  | "malformed";

export type AeStep =
  | "identify"
  | "code"
  | "password"
  | "new-password"
  | "forgot-password"
  | "change-password"
  | "second-identify"
  | "second-code"
  | "second-password"
  | "second-new-password"
  | "signed-in"
  | "stuck";

/** What is wrong with the page, its server or the settings of the engine. */
export type AeErrorReason =
  | "csp-wasm"
  | "csp-connect"
  | "csp-files"
  | "file-missing"
  | "file-type"
  | "file-damaged"
  | "versions-mixed"
  | "cors-files"
  | "cors-engine"
  | "framed"
  | "insecure"
  | "script-delayed"
  | "bundled"
  | "no-wasm"
  | "challenge";

/** The call that a challenge is for. */
export interface AeChallengeCall {
  /** Why a message is sent. */
  readonly action: "send-code" | "resend-code" | "change-channel";
  /** The path of the request below `base-url`. */
  readonly endpoint: string;
}

/** Returns the headers for a call that sends a message. A rejection or null stops the call. */
export type AeChallenge = (call: AeChallengeCall) => Promise<HeadersInit | null> | HeadersInit | null;

/** What happened in a login attempt. */
export type AeActivityAction =
  | "shown"
  | "identified"
  | "code-sent"
  | "code-resent"
  | "channel-changed"
  | "method-changed"
  | "proof-failed"
  | "second-factor"
  | "completed"
  | "abandoned";

export type AeSignedOutReason = "user" | "other-tab" | "expired" | "refused" | "too-old" | "replaced";

/** The error that `getToken()`, `fetch()`, `signOut()` and `whenReady` reject with. */
export interface AeError extends Error {
  readonly name: "AeError";
  readonly kind: AeErrorKind | "signed-out";
  /** The engine's error code, or null. */
  readonly code: number | null;
  /** Whether the same call may succeed later. */
  readonly retryable: boolean;
  /** What is wrong with the page, as in `ae-error`; otherwise null. */
  readonly reason: AeErrorReason | null;
}

export interface AeLoginEventMap {
  "ae-ready": CustomEvent<{ version: string }>;
  "ae-step": CustomEvent<{ step: AeStep; previous: AeStep }>;
  "ae-signed-in": CustomEvent<{ session: AeLoginSession; restored: boolean }>;
  "ae-renewed": CustomEvent<{ session: AeLoginSession }>;
  "ae-signed-out": CustomEvent<{ reason: AeSignedOutReason }>;
  "ae-error": CustomEvent<{ kind: AeErrorKind; code: number | null; retryable: boolean; step: AeStep | null; reason: AeErrorReason | null }>;
  "ae-activity": CustomEvent<{ attempt: string; action: AeActivityAction; method: "otp" | "password" | null; factor: 1 | 2; code: number | null; elapsed: number }>;
}

export interface AeSessionMembers {
  /**
   * The session; null while signed out. A restored session is announced by `ae-signed-in` right after `ae-ready`: a script that may run
   * later awaits `whenReady` and reads this property.
   */
  readonly session: AeLoginSession | null;
  /** Resolves at the first `ae-ready`. Rejects with an {@link AeError} if the widget cannot run in this page. */
  readonly whenReady: Promise<void>;
  /**
   * Returns a token that stays valid for at least `minValidity` seconds (default 30). It is renewed first if necessary. Rejects with an
   * {@link AeError}.
   */
  getToken(options?: { minValidity?: number }): Promise<string>;
  /** Additional headers for every request to the engine, for shops that have a proxy in front of it. */
  requestHeaders?: Record<string, string>;
  /** Ends the session. All stored data of the session is erased first. */
  signOut(): Promise<void>;
  /**
   * Calls the page's `fetch` with the headers `cap_authorization`, `cap_brand`, `cap_identifier_type` and `cap_identifier_value`. The
   * URL must have the origin of the page or one in `allow-origins`. After a 401 the token is renewed and the request is repeated, once.
   * A redirect rejects. With `wait`, a call without a session shows the form and continues after the login.
   */
  fetch(input: RequestInfo | URL, init?: RequestInit & { wait?: boolean }): Promise<Response>;
}

/** The properties that reflect attributes. One of an absent attribute is an empty text, or false. Setting one to either removes the attribute. */
export type AeLoginReflected = {
  [Name in keyof AeLoginProperties]-?: Exclude<AeLoginProperties[Name], undefined> | (AeLoginProperties[Name] extends boolean | undefined ? never : "");
};

export interface AeLoginElement extends HTMLElement, AeSessionMembers, AeLoginReflected {
  /** Replacements for texts, by key (`continue`, `codeLead` …). `{}` is a placeholder, for example for the number a code was sent to. */
  messages: AeLoginMessages;
  /**
   * Called before each request that sends a message to a customer, for captchas and proxies. The returned headers go with the request.
   * A rejection, null, or no answer within two minutes stops it: `ae-error` with the reason `challenge`.
   */
  challenge: AeChallenge | null;
  /** Opens the dialog with the attribute `dialog`, else scrolls to the form. Before the form is ready, the call takes effect when it is. */
  show(): void;
  /** Closes the dialog. */
  close(): void;
  /** Returns to the first step. The session stays. */
  restart(): void;
  /** Opens the step in which a signed-in customer changes the password. Does nothing while signed out. */
  changePassword(): void;
  addEventListener<K extends keyof AeLoginEventMap>(
    type: K,
    listener: (this: AeLoginElement, event: AeLoginEventMap[K]) => unknown,
    options?: boolean | AddEventListenerOptions,
  ): void;
  addEventListener(type: string, listener: EventListenerOrEventListenerObject, options?: boolean | AddEventListenerOptions): void;
}

export interface AeSession extends EventTarget, AeSessionMembers {
  addEventListener<K extends keyof AeLoginEventMap>(
    type: K,
    listener: (this: AeSession, event: AeLoginEventMap[K]) => unknown,
    options?: boolean | AddEventListenerOptions,
  ): void;
  addEventListener(type: string, listener: EventListenerOrEventListenerObject | null, options?: boolean | AddEventListenerOptions): void;
}

export interface AeSessionOptions {
  baseUrl: string;
  brand: string;
  storage?: "tab" | "memory" | "device";
  deviceId?: string;
  sendDeviceId?: boolean;
  maxAge?: number;
  maxIdle?: number | "off";
  allowOrigins?: string;
  noRenew?: boolean;
  allowFraming?: boolean;
}

/** Creates a session without a form. It has the session members and the events of the element. */
export function createSession(options: AeSessionOptions): AeSession;

/** The version of this release. */
export const version: string;

/** What JSX and templates of frameworks may set: attributes or the properties that reflect them, and the other properties. */
export type AeLoginSettings = (AeLoginProperties | AeLoginAttributes) & Partial<Pick<AeLoginElement, "challenge" | "messages" | "requestHeaders">>;

/** Listeners for the events, named as a framework names them: its prefix, then the event. */
export type AeLoginListeners<Prefix extends string> = {
  [Name in keyof AeLoginEventMap as `${Prefix}${Name}`]?: ((event: AeLoginEventMap[Name]) => unknown) | undefined;
};

declare global {
  interface HTMLElementTagNameMap {
    "ae-login": AeLoginElement;
  }
  /** The events bubble: to elements, to the document and to the window. */
  interface GlobalEventHandlersEventMap extends AeLoginEventMap {}
}

// Generated from the tables of attributes and texts. `cargo test --test contract` prints the command that updates it.

/** Some of these words, separated by spaces. */
type Words<W extends string> = W | `${W} ${W}` | `${W} ${W} ${W}` | `${W} ${W} ${W} ${W}`;

/** The attributes as properties of the element. */
export interface AeLoginProperties {
  /** Address of the Auth Engine, or of the shop's proxy in front of it. A path prefix is allowed. Values: an https URL (http only for loopback) without query or fragment. Default: required. */
  baseUrl: string;
  /** Name of the organisation at the engine. The widget sends it as written. Values: the organisation's name. Default: required. */
  brand: string;
  /** Kinds of identifier that a customer may type. With several kinds the form recognises the kind while the customer types. Values: any of `mobile`, `email`, `username`, `external-id`, separated by spaces. Default: `mobile`. */
  identifiers?: Words<"mobile" | "email" | "username" | "external-id"> | undefined;
  /** How a customer proves who they are. `otp`: with a code. `password`: with a password; a customer without one chooses one first. `auto`: with a password if the engine says that the customer has one, otherwise with a code. Values: `otp`, `password` or `auto`. Default: `otp`. */
  firstFactor?: "otp" | "password" | "auto" | undefined;
  /** When the form asks for a second factor. `auto`: if the role after the first factor is one of `pending-roles`. `always`: after every first factor. `off`: never; customers whose role demands one cannot sign in. Values: `auto`, `always` or `off`. Default: `auto`. */
  secondFactor?: "auto" | "always" | "off" | undefined;
  /** How a customer proves the second factor. The values mean the same as for `first-factor`. Values: `otp`, `password` or `auto`. Default: `auto`. */
  secondFactorMethod?: "otp" | "password" | "auto" | undefined;
  /** Identifier of the second factor. `same`: the first factor's. If it is another kind than the first factor's, the form asks for it. Values: `same`, `mobile`, `email`, `username` or `external-id`. Default: `same`. */
  secondFactorIdentifier?: "same" | "mobile" | "email" | "username" | "external-id" | undefined;
  /** Roles that mean that the engine still expects a second factor. Values: names of roles, separated by spaces. Default: `MFA_PENDING`. */
  pendingRoles?: string | undefined;
  /** Channels that the form offers for a code besides the brand's usual one. Values: any of `SMS`, `WHATSAPP`, `ZALO`, separated by spaces. Default: none. */
  fallbackChannels?: Words<"SMS" | "WHATSAPP" | "ZALO"> | undefined;
  /** Pattern that a new password must match from end to end before the widget sends it. Values: a regular expression, as in the attribute `pattern` of HTML. Default: none. */
  passwordPattern?: string | undefined;
  /** The same rule in words, shown below the field for a new password. Values: text. Default: none. */
  passwordHint?: string | undefined;
  /** Preselected country of mobile numbers. Values: two letters (ISO 3166-1 alpha-2) such as `IN`. Default: from the browser's language. */
  country?: string | undefined;
  /** Countries whose mobile numbers are accepted. Values: the same, several separated by spaces. Default: all. */
  countries?: string | undefined;
  /** Number of digits that the form asks for. It accepts codes of other lengths as well. Values: a whole number from 4 to 10. Default: `6`. */
  otpLength?: number | `${number}` | undefined;
  /** Seconds before the customer can ask for another code. The wait survives a reload. Values: seconds, 0 or more. Default: `30`. */
  resendAfter?: number | `${number}` | undefined;
  /** Minutes that the engine keeps a login attempt. Two minutes before its end (at half of it, if it is shorter than four minutes) the form says so and offers more time. Values: a whole number from 1 to 60. Default: `15`. */
  sessionMinutes?: number | `${number}` | undefined;
  /** Where the session is kept. `tab`: in this tab, and in other open tabs of the shop. `memory`: in the page only. `device`: on the device, beyond the end of the browser. Values: `tab`, `memory` or `device`. Default: `tab`. */
  storage?: "tab" | "memory" | "device" | undefined;
  /** `ask` shows the choice "Keep me signed in on this device", which is not ticked at first. A ticked choice means `storage="device"` for this login. Values: `ask` or `off`. Default: `off`. */
  remember?: "ask" | "off" | undefined;
  /** Minutes after the last complete login at which the session ends and is no longer renewed. Values: minutes, a whole number from 1 to 43200. Default: `1440`; `43200` with `storage="device"`. */
  maxAge?: number | `${number}` | undefined;
  /** Minutes without use of the page, in any tab, at which the session ends. Values: minutes, a whole number from 1 to 43200, or `off`. Default: `off`. */
  maxIdle?: number | `${number}` | "off" | undefined;
  /** Device id that the widget sends as `deviceId` with the calls of the second factor. Values: text. Default: random, kept in this browser. */
  deviceId?: string | undefined;
  /** The widget sends `deviceId` with the calls of the first factor too, and `cap_device_id` with every `fetch()`. Values: present or absent. Default: absent. */
  sendDeviceId?: boolean | undefined;
  /** Origins, besides the page's own, to which `fetch()` may send the token. Values: https origins (http only for loopback), separated by spaces. Default: none. */
  allowOrigins?: string | undefined;
  /** The widget does not renew the token in the background. `getToken()` still renews it when needed. Values: present or absent. Default: absent. */
  noRenew?: boolean | undefined;
  /** The form is shown inside a frame of another origin too. Without this attribute it is not. Values: present or absent. Default: absent. */
  allowFraming?: boolean | undefined;
  /** Language and direction of the form. Values: a language tag (BCP 47) such as `de` or `pt-BR`. Default: the nearest `lang`, then the browser's. */
  locale?: string | undefined;
  /** The form is a modal dialog, which `show()` opens. Read when the form is first shown. Values: present or absent. Default: absent. */
  dialog?: boolean | undefined;
  /** The form is in an open shadow root instead of the light DOM. Read when the form is first shown. Values: present or absent. Default: absent. */
  shadow?: boolean | undefined;
  /** When to load the build without WebAssembly. `auto`: where the browser has no WebAssembly, or the page's policy forbids it. `always`: in every browser. `never`: in none. Read when the script runs; the first element in the page that has the attribute decides for the page. Values: `auto`, `always` or `never`. Default: `auto`. */
  compat?: "auto" | "always" | "never" | undefined;
  /** A complete code is sent by itself, however it came into the field. A code that was sent in this step is not sent again by itself. Values: present or absent. Default: absent. */
  autoSubmit?: boolean | undefined;
  /** The identifier is stored on the device after a login. The next time the form says "Welcome back", shows it masked and asks for nothing. "Not you?" and signing out erase it. Without effect with `storage="memory"`. Values: present or absent. Default: absent. */
  rememberIdentifier?: boolean | undefined;
}

/** The attributes as in HTML, for templates. */
export interface AeLoginAttributes {
  /** Address of the Auth Engine, or of the shop's proxy in front of it. A path prefix is allowed. Values: an https URL (http only for loopback) without query or fragment. Default: required. */
  "base-url": string;
  /** Name of the organisation at the engine. The widget sends it as written. Values: the organisation's name. Default: required. */
  "brand": string;
  /** Kinds of identifier that a customer may type. With several kinds the form recognises the kind while the customer types. Values: any of `mobile`, `email`, `username`, `external-id`, separated by spaces. Default: `mobile`. */
  "identifiers"?: Words<"mobile" | "email" | "username" | "external-id"> | undefined;
  /** How a customer proves who they are. `otp`: with a code. `password`: with a password; a customer without one chooses one first. `auto`: with a password if the engine says that the customer has one, otherwise with a code. Values: `otp`, `password` or `auto`. Default: `otp`. */
  "first-factor"?: "otp" | "password" | "auto" | undefined;
  /** When the form asks for a second factor. `auto`: if the role after the first factor is one of `pending-roles`. `always`: after every first factor. `off`: never; customers whose role demands one cannot sign in. Values: `auto`, `always` or `off`. Default: `auto`. */
  "second-factor"?: "auto" | "always" | "off" | undefined;
  /** How a customer proves the second factor. The values mean the same as for `first-factor`. Values: `otp`, `password` or `auto`. Default: `auto`. */
  "second-factor-method"?: "otp" | "password" | "auto" | undefined;
  /** Identifier of the second factor. `same`: the first factor's. If it is another kind than the first factor's, the form asks for it. Values: `same`, `mobile`, `email`, `username` or `external-id`. Default: `same`. */
  "second-factor-identifier"?: "same" | "mobile" | "email" | "username" | "external-id" | undefined;
  /** Roles that mean that the engine still expects a second factor. Values: names of roles, separated by spaces. Default: `MFA_PENDING`. */
  "pending-roles"?: string | undefined;
  /** Channels that the form offers for a code besides the brand's usual one. Values: any of `SMS`, `WHATSAPP`, `ZALO`, separated by spaces. Default: none. */
  "fallback-channels"?: Words<"SMS" | "WHATSAPP" | "ZALO"> | undefined;
  /** Pattern that a new password must match from end to end before the widget sends it. Values: a regular expression, as in the attribute `pattern` of HTML. Default: none. */
  "password-pattern"?: string | undefined;
  /** The same rule in words, shown below the field for a new password. Values: text. Default: none. */
  "password-hint"?: string | undefined;
  /** Preselected country of mobile numbers. Values: two letters (ISO 3166-1 alpha-2) such as `IN`. Default: from the browser's language. */
  "country"?: string | undefined;
  /** Countries whose mobile numbers are accepted. Values: the same, several separated by spaces. Default: all. */
  "countries"?: string | undefined;
  /** Number of digits that the form asks for. It accepts codes of other lengths as well. Values: a whole number from 4 to 10. Default: `6`. */
  "otp-length"?: number | `${number}` | undefined;
  /** Seconds before the customer can ask for another code. The wait survives a reload. Values: seconds, 0 or more. Default: `30`. */
  "resend-after"?: number | `${number}` | undefined;
  /** Minutes that the engine keeps a login attempt. Two minutes before its end (at half of it, if it is shorter than four minutes) the form says so and offers more time. Values: a whole number from 1 to 60. Default: `15`. */
  "session-minutes"?: number | `${number}` | undefined;
  /** Where the session is kept. `tab`: in this tab, and in other open tabs of the shop. `memory`: in the page only. `device`: on the device, beyond the end of the browser. Values: `tab`, `memory` or `device`. Default: `tab`. */
  "storage"?: "tab" | "memory" | "device" | undefined;
  /** `ask` shows the choice "Keep me signed in on this device", which is not ticked at first. A ticked choice means `storage="device"` for this login. Values: `ask` or `off`. Default: `off`. */
  "remember"?: "ask" | "off" | undefined;
  /** Minutes after the last complete login at which the session ends and is no longer renewed. Values: minutes, a whole number from 1 to 43200. Default: `1440`; `43200` with `storage="device"`. */
  "max-age"?: number | `${number}` | undefined;
  /** Minutes without use of the page, in any tab, at which the session ends. Values: minutes, a whole number from 1 to 43200, or `off`. Default: `off`. */
  "max-idle"?: number | `${number}` | "off" | undefined;
  /** Device id that the widget sends as `deviceId` with the calls of the second factor. Values: text. Default: random, kept in this browser. */
  "device-id"?: string | undefined;
  /** The widget sends `deviceId` with the calls of the first factor too, and `cap_device_id` with every `fetch()`. Values: present or absent. Default: absent. */
  "send-device-id"?: boolean | "" | undefined;
  /** Origins, besides the page's own, to which `fetch()` may send the token. Values: https origins (http only for loopback), separated by spaces. Default: none. */
  "allow-origins"?: string | undefined;
  /** The widget does not renew the token in the background. `getToken()` still renews it when needed. Values: present or absent. Default: absent. */
  "no-renew"?: boolean | "" | undefined;
  /** The form is shown inside a frame of another origin too. Without this attribute it is not. Values: present or absent. Default: absent. */
  "allow-framing"?: boolean | "" | undefined;
  /** Language and direction of the form. Values: a language tag (BCP 47) such as `de` or `pt-BR`. Default: the nearest `lang`, then the browser's. */
  "locale"?: string | undefined;
  /** The form is a modal dialog, which `show()` opens. Read when the form is first shown. Values: present or absent. Default: absent. */
  "dialog"?: boolean | "" | undefined;
  /** The form is in an open shadow root instead of the light DOM. Read when the form is first shown. Values: present or absent. Default: absent. */
  "shadow"?: boolean | "" | undefined;
  /** When to load the build without WebAssembly. `auto`: where the browser has no WebAssembly, or the page's policy forbids it. `always`: in every browser. `never`: in none. Read when the script runs; the first element in the page that has the attribute decides for the page. Values: `auto`, `always` or `never`. Default: `auto`. */
  "compat"?: "auto" | "always" | "never" | undefined;
  /** A complete code is sent by itself, however it came into the field. A code that was sent in this step is not sent again by itself. Values: present or absent. Default: absent. */
  "auto-submit"?: boolean | "" | undefined;
  /** The identifier is stored on the device after a login. The next time the form says "Welcome back", shows it masked and asks for nothing. "Not you?" and signing out erase it. Without effect with `storage="memory"`. Values: present or absent. Default: absent. */
  "remember-identifier"?: boolean | "" | undefined;
}

/** Replacements for texts. Each key has the English text. `{}` is a placeholder, for example for the number a code was sent to. */
export interface AeLoginMessages {
  /** Sign in */
  identifyTitle?: string | undefined;
  /** Welcome back */
  welcomeTitle?: string | undefined;
  /** Your number or email */
  addressForPasswordTitle?: string | undefined;
  /** Where should we send the code? */
  addressTitle?: string | undefined;
  /** Enter your code */
  codeTitle?: string | undefined;
  /** We sent a code to {} */
  codeLead?: string | undefined;
  /** We sent a code to the number or email the shop has for {} */
  codeLeadKnown?: string | undefined;
  /** Enter your password */
  passwordTitle?: string | undefined;
  /** Signing in as {} */
  passwordLead?: string | undefined;
  /** Choose a password */
  newPasswordTitle?: string | undefined;
  /** For {} */
  newPasswordLead?: string | undefined;
  /** Choose a new password */
  forgotTitle?: string | undefined;
  /** We'll send you a code to confirm it. Signing in as {} */
  forgotLead?: string | undefined;
  /** Change your password */
  changeTitle?: string | undefined;
  /** Confirm it's you */
  secondIdentifyTitle?: string | undefined;
  /** Your account is protected by a second step. Signing in as {} */
  secondLead?: string | undefined;
  /** Enter your second code */
  secondCodeTitle?: string | undefined;
  /** Enter your second password */
  secondPasswordTitle?: string | undefined;
  /** Choose a second password */
  secondNewPasswordTitle?: string | undefined;
  /** You'll enter it after your first password. Signing in as {} */
  secondNewPasswordLead?: string | undefined;
  /** You're signed in */
  signedInTitle?: string | undefined;
  /** {} */
  signedInLead?: string | undefined;
  /** Sign-in isn't available */
  stuckTitle?: string | undefined;
  /** Mobile number */
  labelMobile?: string | undefined;
  /** Email address */
  labelEmail?: string | undefined;
  /** Mobile number or email */
  labelEither?: string | undefined;
  /** Username */
  labelUsername?: string | undefined;
  /** Customer number */
  labelExternalId?: string | undefined;
  /** Number, email or username */
  labelAny?: string | undefined;
  /** Country or region */
  labelCountry?: string | undefined;
  /** Code */
  labelCode?: string | undefined;
  /** Password */
  labelPassword?: string | undefined;
  /** Second password */
  labelSecondPassword?: string | undefined;
  /** Current password */
  labelCurrentPassword?: string | undefined;
  /** New password */
  labelNewPassword?: string | undefined;
  /** Confirm new password */
  labelConfirmPassword?: string | undefined;
  /** With country code, for example +91 99999 22332 */
  hintMobile?: string | undefined;
  /** We'll add the country code for you */
  hintNational?: string | undefined;
  /** For example name@example.com */
  hintEmail?: string | undefined;
  /** For a number, include the country code, for example +91 */
  hintEither?: string | undefined;
  /** For a mobile number, include the country code, for example +91 */
  hintAny?: string | undefined;
  /** The username you chose */
  hintUsername?: string | undefined;
  /** The number the shop gave you */
  hintExternalId?: string | undefined;
  /** It can take a minute to arrive. You can paste the whole message. */
  hintCode?: string | undefined;
  /** In case of a typo */
  hintConfirm?: string | undefined;
  /** Continue */
  continue?: string | undefined;
  /** Send code */
  sendCode?: string | undefined;
  /** Sign in */
  signIn?: string | undefined;
  /** Save password */
  savePassword?: string | undefined;
  /** Resend code */
  resend?: string | undefined;
  /** Resend code in {} */
  resendIn?: string | undefined;
  /** Send by SMS instead */
  bySms?: string | undefined;
  /** Send by WhatsApp instead */
  byWhatsApp?: string | undefined;
  /** Send by Zalo instead */
  byZalo?: string | undefined;
  /** Show */
  reveal?: string | undefined;
  /** Hide */
  conceal?: string | undefined;
  /** Show password */
  revealPassword?: string | undefined;
  /** Hide password */
  concealPassword?: string | undefined;
  /** Keep me signed in on this device */
  remember?: string | undefined;
  /** Use a password instead */
  usePassword?: string | undefined;
  /** Use a code instead */
  useCode?: string | undefined;
  /** Forgot password? */
  forgot?: string | undefined;
  /** Back */
  back?: string | undefined;
  /** Use a different number or email */
  changeIdentifier?: string | undefined;
  /** Not you? */
  notYou?: string | undefined;
  /** Sign out */
  signOut?: string | undefined;
  /** Close */
  close?: string | undefined;
  /** Keep going */
  moreTime?: string | undefined;
  /** Try again */
  tryAgain?: string | undefined;
  /** One moment… */
  working?: string | undefined;
  /** A code is on its way. */
  codeSent?: string | undefined;
  /** A new code is on its way. Only the newest one works. */
  codeSentAgain?: string | undefined;
  /** You can request a new code now. */
  resendReady?: string | undefined;
  /** This sign-in is about to expire. */
  timeShort?: string | undefined;
  /** Your password has been changed. */
  passwordChanged?: string | undefined;
  /** You're signed out. */
  signedOut?: string | undefined;
  /** Fill in this field to continue. */
  identifierEmpty?: string | undefined;
  /** That doesn't look like a mobile number. Include the country code, for example +91 99999 22332. */
  notANumber?: string | undefined;
  /** Add the country code, for example +91, and leave out the first 0. */
  noCountryCode?: string | undefined;
  /** That number is too short for {}. Check it and try again. */
  numberTooShort?: string | undefined;
  /** That number is too long for {}. Check it and try again. */
  numberTooLong?: string | undefined;
  /** You can't use numbers from {} here. Try another one. */
  numberElsewhere?: string | undefined;
  /** That doesn't look like an email address. Enter it like name@example.com. */
  notAnAddress?: string | undefined;
  /** That contains an invisible character. Type it instead of pasting. */
  invisibleCharacter?: string | undefined;
  /** Enter the code from the message. */
  codeUnreadable?: string | undefined;
  /** That code isn't right. Use the code from the newest message. */
  codeWrong?: string | undefined;
  /** We couldn't check the code. Try again. */
  codeNotChecked?: string | undefined;
  /** We couldn't send the code. Try again. */
  codeNotSent?: string | undefined;
  /** You don't have an active code. Request a new one. */
  noCodeWaiting?: string | undefined;
  /** We can't send the code that way. Request a new one the usual way. */
  channelUnavailable?: string | undefined;
  /** The shop needs this too. */
  addressNeeded?: string | undefined;
  /** Enter a password to continue. */
  passwordEmpty?: string | undefined;
  /** Wrong password. Try again. */
  passwordWrong?: string | undefined;
  /** The passwords don't match. Enter the new one again. */
  passwordsDiffer?: string | undefined;
  /** Choose a longer or stronger password. */
  passwordUnfit?: string | undefined;
  /** That's your old password. Choose a different one. */
  passwordUsedBefore?: string | undefined;
  /** You sign in to this shop with a password. Choose one to continue. */
  passwordWanted?: string | undefined;
  /** Too many wrong passwords. Choose a new one to continue. */
  passwordTriesUsedUp?: string | undefined;
  /** We couldn't change your password. Try again. */
  passwordNotChanged?: string | undefined;
  /** We had to renew your session first. Try again in a moment. */
  passwordNotChangedYet?: string | undefined;
  /** We couldn't save your new password. Try again. */
  passwordNotReset?: string | undefined;
  /** This shop uses codes instead of passwords. */
  noPasswords?: string | undefined;
  /** That username is taken. Choose another one. */
  usernameTaken?: string | undefined;
  /** This sign-in is no longer valid. Continue to start again. */
  attemptOver?: string | undefined;
  /** Your sign-in timed out. Continue to start again. */
  attemptTimedOut?: string | undefined;
  /** Too many wrong codes. Continue to get a new one. */
  triesUsedUp?: string | undefined;
  /** We couldn't find that number or email. Check it, or use another one. */
  unknownCustomer?: string | undefined;
  /** We couldn't verify that. Check it and try again. */
  detailsInvalid?: string | undefined;
  /** Too many codes requested. Try again when the timer ends. */
  tooManyCodes?: string | undefined;
  /** Too many tries. Try again when the timer ends. */
  tooManyTries?: string | undefined;
  /** The security check wasn't completed. Try again. */
  challengeFailed?: string | undefined;
  /** Sign-in isn't set up correctly for this shop. Please tell the shop, or come back later. */
  notSetUp?: string | undefined;
  /** Your account needs a second step that isn't available here. Please contact the shop. */
  needsSecondFactor?: string | undefined;
  /** We couldn't reach the sign-in service. Check your connection and try again. */
  network?: string | undefined;
  /** You're offline. Connect to the internet, then try again. */
  offline?: string | undefined;
  /** The sign-in service took too long. Try again. */
  timeout?: string | undefined;
  /** Something went wrong on our side. Try again in a moment. */
  server?: string | undefined;
  /** We couldn't read the answer. If you're on a public network, sign in to it first, then try again. */
  answerMalformed?: string | undefined;
  /** That didn't work. Try again, or come back later. */
  unknown?: string | undefined;
  /** Your session has ended. Sign in again to continue. */
  sessionEnded?: string | undefined;
}
