// TypeScript that uses every name in `ae-login.d.ts`. It is compiled but not run. A missing type is an error, and so is a type that accepts
// a line after `@ts-expect-error`. `types.test.js` checks that every name is used.

import type {
  AeActivityAction,
  AeChallenge,
  AeChallengeCall,
  AeError,
  AeErrorKind,
  AeErrorReason,
  AeLoginElement,
  AeLoginEventMap,
  AeLoginListeners,
  AeLoginReflected,
  AeLoginSession,
  AeLoginSettings,
  AeSession,
  AeSessionMembers,
  AeSessionOptions,
  AeSignedOutReason,
  AeStep,
} from "ae-login";
import { createSession, version } from "ae-login";

/** `true` if both types are identical. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const same = <A, B>(_isSame: Same<A, B>) => {};

// The release ---------------------------------------------------------------------------------------------------------------

same<typeof version, string>(true);
// @ts-expect-error It is a constant.
version = "2";

// Kinds, steps and reasons ---------------------------------------------------------------------------------------------------

// Adding, removing or renaming a literal is an error here.
same<
  AeErrorKind,
  "configuration" | "network" | "timeout" | "rate-limited" | "server" | "rejected" | "unavailable" | "storage" | "malformed"
>(true);
same<
  AeStep,
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
  | "stuck"
>(true);
same<
  AeErrorReason,
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
  | "challenge"
>(true);
same<
  AeActivityAction,
  | "shown"
  | "identified"
  | "code-sent"
  | "code-resent"
  | "channel-changed"
  | "method-changed"
  | "proof-failed"
  | "second-factor"
  | "completed"
  | "abandoned"
>(true);
same<AeSignedOutReason, "user" | "other-tab" | "expired" | "refused" | "too-old" | "replaced">(true);
// @ts-expect-error
const _kind: AeErrorKind = "signed-out";
// @ts-expect-error
const _step: AeStep = "welcome";
// @ts-expect-error
const _reason: AeSignedOutReason = "";

// The session ---------------------------------------------------------------------------------------------------------------

function greet(session: AeLoginSession): string {
  same<typeof session.brand, string>(true);
  same<typeof session.userId, string | null>(true);
  same<typeof session.role, string>(true);
  same<typeof session.identifierType, "MOBILE" | "EMAIL" | "USERNAME" | "EXTERNALID">(true);
  same<typeof session.identifierValue, string>(true);
  same<typeof session.issuedAt, number>(true);
  same<typeof session.expiresAt, number>(true);
  same<typeof session.signedInAt, number>(true);
  same<typeof session.secondFactor, null | "otp" | "password">(true);
  same<AeLoginSession, Readonly<AeLoginSession>>(true);
  // @ts-expect-error The session is frozen.
  session.brand = "Other";
  // @ts-expect-error
  session.token;
  // @ts-expect-error It may be null.
  session.userId.length;
  return new Date(session.expiresAt).toISOString();
}

// The element ---------------------------------------------------------------------------------------------------------------

const element: AeLoginElement = document.createElement("ae-login");
same<HTMLElementTagNameMap["ae-login"], AeLoginElement>(true);
document.querySelector("ae-login")?.show();
document.body.append(element);
element.setAttribute("brand", "DocDemo");

element.messages = { continue: "Go on", codeLead: "We sent a code to {}." };
const own: string | undefined = element.messages["continue"];
// @ts-expect-error
element.messages = { continue: 1 };
element.challenge = async ({ action, endpoint }: AeChallengeCall) => {
  same<typeof endpoint, string>(true);
  if (action === "send-code" || action === "resend-code") return { "x-captcha": endpoint };
  // @ts-expect-error There is no such action.
  if (action === "sign-in") return null;
  return action === "change-channel" ? new Headers() : null;
};
const challenge: AeChallenge | null = element.challenge;
element.challenge = () => ({ "x-captcha": "passed" });
element.challenge = null;
// @ts-expect-error
element.challenge = async () => 1;
element.requestHeaders = { "x-proxy": "shop" };
// @ts-expect-error
element.requestHeaders = { "x-proxy": 1 };

same<AeLoginReflected["baseUrl"], string>(true);
same<AeLoginReflected["storage"], "" | "tab" | "memory" | "device">(true);
same<AeLoginReflected["noRenew"], boolean>(true);
same<Pick<AeLoginElement, keyof AeLoginReflected>, { [Name in keyof AeLoginReflected]: AeLoginReflected[Name] }>(true);
const _settings: AeLoginSettings[] = [
  { baseUrl: "https://engine.example", brand: "DocDemo", messages: { continue: "Go on" }, requestHeaders: {} },
  { "base-url": "https://engine.example", brand: "DocDemo", "otp-length": 4 },
  // @ts-expect-error
  { brand: "DocDemo" },
];
same<Pick<Required<AeLoginSettings>, "messages" | "requestHeaders">, Required<Pick<AeLoginElement, "messages" | "requestHeaders">>>(true);
same<keyof AeLoginListeners<"on:">, `on:${keyof AeLoginEventMap}`>(true);

same<ReturnType<AeLoginElement["show"]>, void>(true);
same<ReturnType<AeLoginElement["close"]>, void>(true);
same<ReturnType<AeLoginElement["restart"]>, void>(true);
same<ReturnType<AeLoginElement["changePassword"]>, void>(true);
element.close();
element.restart();
element.changePassword();
// @ts-expect-error
element.signIn();

async function useMembers(members: AeSessionMembers): Promise<void> {
  same<typeof members.session, AeLoginSession | null>(true);
  if (members.session) greet(members.session);
  // @ts-expect-error It may be null.
  greet(members.session);
  // @ts-expect-error
  members.session = null;
  same<Awaited<ReturnType<AeSessionMembers["getToken"]>>, string>(true);
  await members.getToken();
  await members.getToken({});
  await members.getToken({ minValidity: 60 });
  // @ts-expect-error
  await members.getToken({ minValidity: "60" });
  // @ts-expect-error
  await members.getToken({ validity: 60 });
  same<Awaited<ReturnType<AeSessionMembers["signOut"]>>, void>(true);
  await members.signOut();
  same<Awaited<typeof members.whenReady>, void>(true);
  await members.whenReady;
  const response: Response = await members.fetch("/orders");
  await members.fetch(new URL("https://api.shop.example/orders"), { wait: true });
  await members.fetch(new Request("/orders"), { method: "POST", body: "{}", signal: AbortSignal.timeout(1000), wait: false });
  // @ts-expect-error
  await members.fetch("/orders", { wait: "yes" });
  // @ts-expect-error
  await members.fetch();
  delete members.requestHeaders;
  console.log(response.status, own, challenge);
}

// Errors --------------------------------------------------------------------------------------------------------------------

// @ts-expect-error The properties of an error are read-only.
const _change = (error: AeError) => (error.kind = "network");

type ErrorFields = Pick<AeError, "name" | "kind" | "code" | "retryable" | "reason">;

function explain(error: AeError): string {
  same<ErrorFields, Readonly<ErrorFields>>(true);
  same<typeof error.name, "AeError">(true);
  same<typeof error.kind, AeErrorKind | "signed-out">(true);
  same<typeof error.code, number | null>(true);
  same<typeof error.retryable, boolean>(true);
  same<typeof error.reason, AeErrorReason | null>(true);
  // @ts-expect-error It may be null.
  error.code.toFixed();
  const isSignedOut = error.kind === "signed-out";
  // @ts-expect-error There is no such kind.
  if (error.kind === "offline") return "";
  return isSignedOut || error.retryable ? error.message : (error.stack ?? "");
}

// Events --------------------------------------------------------------------------------------------------------------------

type Activity = {
  attempt: string;
  action: AeActivityAction;
  method: "otp" | "password" | null;
  factor: 1 | 2;
  code: number | null;
  elapsed: number;
};

function listenToElement(target: AeLoginElement): void {
  target.addEventListener("ae-ready", (event) => same<typeof event.detail, { version: string }>(true));
  target.addEventListener("ae-step", ({ detail }) => same<typeof detail, { step: AeStep; previous: AeStep }>(true));
  target.addEventListener("ae-signed-in", ({ detail }) => same<typeof detail, { session: AeLoginSession; restored: boolean }>(true));
  target.addEventListener("ae-renewed", ({ detail }) => same<typeof detail, { session: AeLoginSession }>(true), { once: true });
  target.addEventListener("ae-signed-out", ({ detail }) => same<typeof detail, { reason: AeSignedOutReason }>(true), true);
  target.addEventListener("ae-error", ({ detail }) =>
    same<typeof detail, { kind: AeErrorKind; code: number | null; retryable: boolean; step: AeStep | null; reason: AeErrorReason | null }>(true),
  );
  target.addEventListener("ae-activity", ({ detail }) => same<typeof detail, Activity>(true));
  // @ts-expect-error
  target.addEventListener("ae-step", ({ detail }) => detail.reason);
  // @ts-expect-error
  target.addEventListener("ae-ready", (event: AeLoginEventMap["ae-error"]) => event.detail.kind);
}

// One function for each type, because TypeScript does not resolve overloads of a union type.
function listenToSession(target: AeSession): void {
  target.addEventListener("ae-ready", (event) => same<typeof event.detail, { version: string }>(true));
  target.addEventListener("ae-step", ({ detail }) => same<typeof detail, { step: AeStep; previous: AeStep }>(true));
  target.addEventListener("ae-signed-in", ({ detail }) => same<typeof detail, { session: AeLoginSession; restored: boolean }>(true));
  target.addEventListener("ae-renewed", ({ detail }) => same<typeof detail, { session: AeLoginSession }>(true), { once: true });
  target.addEventListener("ae-signed-out", ({ detail }) => same<typeof detail, { reason: AeSignedOutReason }>(true), true);
  target.addEventListener("ae-error", ({ detail }) =>
    same<typeof detail, { kind: AeErrorKind; code: number | null; retryable: boolean; step: AeStep | null; reason: AeErrorReason | null }>(true),
  );
  target.addEventListener("ae-activity", ({ detail }) => same<typeof detail, Activity>(true));
  // @ts-expect-error
  target.addEventListener("ae-step", ({ detail }) => detail.reason);
  // @ts-expect-error
  target.addEventListener("ae-ready", (event: AeLoginEventMap["ae-error"]) => event.detail.kind);
}

same<
  keyof AeLoginEventMap,
  "ae-ready" | "ae-step" | "ae-signed-in" | "ae-renewed" | "ae-signed-out" | "ae-error" | "ae-activity"
>(true);

element.addEventListener("ae-signed-in", function (event) {
  same<typeof this, AeLoginElement>(true);
  greet(event.detail.session);
});
// Events of the browser are still typed.
element.addEventListener("close", (event: Event) => event.type);
element.removeEventListener("close", () => {});

// A session without a form --------------------------------------------------------------------------------------------------

const options: AeSessionOptions = {
  baseUrl: "https://engine.example",
  brand: "DocDemo",
  storage: "tab",
  deviceId: "d1",
  sendDeviceId: true,
  maxAge: 30,
  maxIdle: "off",
  allowOrigins: "https://api.shop.example",
  noRenew: false,
  allowFraming: true,
};
same<Required<AeSessionOptions>["storage"], "tab" | "memory" | "device">(true);
same<Required<AeSessionOptions>["maxIdle"], number | "off">(true);
const session: AeSession = createSession(options);
createSession({ baseUrl: "https://engine.example", brand: "DocDemo" });
// @ts-expect-error The brand is required.
createSession({ baseUrl: "https://engine.example" });
// @ts-expect-error The base URL is required.
createSession({ brand: "DocDemo" });
// @ts-expect-error
createSession({ ...options, storage: "cookie" });
// @ts-expect-error
createSession({ ...options, maxIdle: "never" });
// @ts-expect-error
createSession({ ...options, theme: "dark" });
// @ts-expect-error A session without a form has no `show`.
session.show();
// @ts-expect-error
session.messages;
session.addEventListener("ae-signed-out", function ({ detail }) {
  same<typeof this, AeSession>(true);
  console.log(detail.reason);
});
session.addEventListener("ae-other", null);

listenToElement(element);
listenToSession(session);
useMembers(element).catch(explain);
useMembers(session).catch(explain);
