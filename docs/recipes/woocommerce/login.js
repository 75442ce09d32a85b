// Keeps the session of the widget and the one of WordPress together. page.php loads it behind the widget.

const { dataset } = /** @type {HTMLElement} */ (document.getElementById("ae-login-data"));

/** Whether the page was loaded again after a login, in `sessionStorage`. */
const RELOADED = "ae-login-reloaded";
/** The cookie of a sign-out in WordPress. */
const SIGNED_OUT_COOKIE = "ae_login_signed_out";

/** Whether a sign-in to WordPress is on its way. */
let isSigningIn = false;
const isSignedIn = dataset.signedIn === "yes";
const { createSession } = await import(dataset.module);
const form = document.querySelector("ae-login");
const login = form ?? createSession({ baseUrl: dataset.baseUrl, brand: dataset.brand });

if (isSignedIn) sessionStorage.removeItem(RELOADED);
try {
  await login.whenReady;
  if (document.cookie.split("; ").includes(`${SIGNED_OUT_COOKIE}=1`)) {
    // First the session, then the cookie: a page that is closed in between does it again.
    await login.signOut();
    document.cookie = `${SIGNED_OUT_COOKIE}=; path=${dataset.cookiePath}; max-age=0`;
  }
  login.addEventListener("ae-signed-out", signOut);
  login.addEventListener("ae-signed-in", ({ detail }) => signIn(detail.restored));
  if (login.session) await signIn(true);
} catch {
  // The widget has reported why it cannot run.
}

/**
 * Signs the customer in to WordPress, and loads the page again.
 * @param {boolean} isRestored whether the customer has signed in earlier
 */
async function signIn(isRestored) {
  // A browser without cookies would load the page again and again.
  if (isSignedIn || isSigningIn || (isRestored && sessionStorage.getItem(RELOADED))) return;
  isSigningIn = true;
  try {
    const token = await login.getToken({ minValidity: 60 });
    // The name has hyphens: Apache and nginx drop names with underscores. PHP gives both the same variable.
    const answer = await fetch(dataset.session, { method: "POST", headers: { "cap-authorization": token } });
    if (!answer.ok) throw new Error(`the shop answered with status ${answer.status}`);
  } catch (error) {
    console.error("ae-login: the customer is not signed in to WordPress:", error);
    showFailure();
    isSigningIn = false;
    return;
  }
  sessionStorage.setItem(RELOADED, "yes");
  location.reload();
}

/** Signs the customer out of WordPress. */
async function signOut() {
  const answer = await fetch(dataset.session, { method: "DELETE", keepalive: true });
  if (answer.ok && isSignedIn) location.reload();
}

function showFailure() {
  const message = document.createElement("p");
  message.setAttribute("role", "alert");
  message.textContent = dataset.failure;
  form?.before(message);
}
