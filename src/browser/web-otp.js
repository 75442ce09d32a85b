// @ts-check
// WebOTP: on phones, browsers read a code from a text message and give it to the page after the user has agreed.
// https://developer.mozilla.org/docs/Web/API/WebOTP_API

/**
 * Requests the code of the next message, fills it in and submits the form. The returned function cancels the request.
 * @param {ParentNode} root contains the form
 */
export function receiveCode(root) {
  const controller = new AbortController();
  // Not on other devices: messages do not arrive there, and in Chromium a page that has made a request never enters the back/forward
  // cache.
  if ("OTPCredential" in window && /** @type {any} */ (navigator).userAgentData?.mobile) {
    // After a failure the user types the code, so no error is reported.
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
  // The user has agreed in the browser's dialog.
  input.form?.requestSubmit();
}
