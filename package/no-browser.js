// @ts-check
// What servers import in place of `ae-login` and `ae-login/define`. It has the same exports and defines nothing.

export const version = "{{version}}";

export function define() {}

export function createSession() {
  throw new Error("ae-login: createSession() works in browsers only");
}
