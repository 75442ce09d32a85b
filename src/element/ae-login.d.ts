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

export type AeSignedOutReason = "user" | "other-tab" | "expired" | "refused" | "too-old" | "replaced";

/** The error that `getToken()`, `fetch()` and `signOut()` reject with. */
export interface AeError extends Error {
  readonly name: "AeError";
  readonly kind: AeErrorKind | "signed-out";
  /** The engine's error code, or null. */
  readonly code: number | null;
  /** Whether the same call may succeed later. */
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
  /** The session; null while signed out. */
  readonly session: AeLoginSession | null;
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

export interface AeLoginElement extends HTMLElement, AeSessionMembers {
  /** Replacements for texts, by key (`continue`, `codeLead` …). `{}` is a placeholder, for example for the number a code was sent to. */
  messages: Record<string, string>;
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

declare global {
  interface HTMLElementTagNameMap {
    "ae-login": AeLoginElement;
  }
}
