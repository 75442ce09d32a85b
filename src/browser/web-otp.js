// @ts-check
// WebOTP: browsers of phones read a code from a text message, and hand it over once the person agrees.
// https://developer.mozilla.org/docs/Web/API/WebOTP_API

/**
 * Waits for a message, fills in its code and sends the form. The returned function ends the wait.
 * @param {ParentNode} root where the form is
 */
export function receiveCode(root) {
  const controller = new AbortController();
  // On other devices it is of no use, and Chromium keeps a page that has asked out of the back/forward cache for good.
  if ("OTPCredential" in window && /** @type {any} */ (navigator).userAgentData?.mobile) {
    // Without a message the person types the code, so a failure needs no report.
    fillIn(root, controller.signal).catch(() => {});
  }
  return () => controller.abort();
}

/**
 * @param {ParentNode} root
 * @param {AbortSignal} signal
 */
async function fillIn(root, signal) {
  const options = /** @type {CredentialRequestOptions} */ ({ otp: { transport: ["sms"] }, signal });
  const { code } = /** @type {any} */ (await navigator.credentials.get(options));
  const input = root.querySelector("[part~=code-input]");
  if (!(input instanceof HTMLInputElement) || signal.aborted || input.value) return;
  input.value = code;
  input.dispatchEvent(new Event("input", { bubbles: true }));
  // The person has just agreed to this in the browser's own dialog.
  input.form?.requestSubmit();
}
