// The public words of <ae-login> for TypeScript. Times are milliseconds since 1970 by the server's clock.

/** Who is signed in. Frozen. */
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

export type AeSignedOutReason = "user" | "other-tab" | "expired" | "refused" | "too-old" | "replaced";

/** What `getToken()` rejects with. */
export interface AeError extends Error {
  readonly name: "AeError";
  readonly kind: AeErrorKind | "signed-out";
  /** The engine's number, where it gave one. */
  readonly code: number | null;
  /** Whether the same call may go well a moment later. */
  readonly retryable: boolean;
}

export interface AeLoginEventMap {
  "ae-ready": CustomEvent<{ version: string }>;
  "ae-step": CustomEvent<{ step: AeStep; previous: AeStep }>;
  "ae-signed-in": CustomEvent<{ session: AeLoginSession; restored: boolean }>;
  "ae-renewed": CustomEvent<{ session: AeLoginSession }>;
  "ae-signed-out": CustomEvent<{ reason: AeSignedOutReason }>;
  "ae-error": CustomEvent<{ kind: AeErrorKind; code: number | null; retryable: boolean; step: AeStep | null }>;
}

export interface AeSessionMembers {
  /** Who is signed in, or null. */
  readonly session: AeLoginSession | null;
  /** A token that is good for at least `minValidity` seconds (30), renewed first if need be. Rejects with an {@link AeError}. */
  getToken(options?: { minValidity?: number }): Promise<string>;
  /** Extra headers for every call of the engine, for shops that put a proxy in front of it. */
  requestHeaders?: Record<string, string>;
  /** Ends the session: everything kept is erased first. */
  signOut(): Promise<void>;
  /**
   * The page's own `fetch` with the headers `cap_authorization`, `cap_brand`, `cap_identifier_type`, `cap_identifier_value`, to the
   * page's own origin and those of `allow-origins`. A 401 renews the token once and asks once more. Redirects reject. With
   * `wait`, a call made while nobody is signed in shows the form and goes on after the login.
   */
  fetch(input: RequestInfo | URL, init?: RequestInit & { wait?: boolean }): Promise<Response>;
}

export interface AeLoginElement extends HTMLElement, AeSessionMembers {
  /** Texts in place of the widget's own, by name (`continue`, `codeLead` …); `{}` is what a text is about. */
  messages: Record<string, string>;
  /** Brings the form before the customer: opens the dialog of `dialog`, else scrolls to the form. Waits until there is a form. */
  show(): void;
  /** Closes the dialog. */
  close(): void;
  /** Back to the first step. Who is signed in stays so. */
  restart(): void;
  /** Lets a signed-in customer choose another password. Does nothing while nobody is signed in. */
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

/** A session for pages without a form: the same members and events as the element's. */
export function createSession(options: AeSessionOptions): AeSession;

/** This release. */
export const version: string;

declare global {
  interface HTMLElementTagNameMap {
    "ae-login": AeLoginElement;
  }
}
