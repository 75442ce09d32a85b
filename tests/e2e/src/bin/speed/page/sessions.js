// What a login leaves behind in the browser, for each of the other forms. Runs in an empty page of the form's origin.

const expires = new Date(Date.now() + 3_600_000);

window.sessions = {
  hanko() {
    document.cookie = "hanko=token; path=/";
  },
  supabase() {
    const user = { id: "1", email: "ada@example.com", aud: "authenticated", app_metadata: {}, user_metadata: {} };
    const tokens = { access_token: "header.claims.signature", refresh_token: "refresh", token_type: "bearer" };
    const session = { ...tokens, expires_in: 3600, expires_at: Math.floor(expires / 1000), user };
    localStorage.setItem("sb-127-auth-token", JSON.stringify(session));
  },
  stytch() {
    const session = { session_id: "session", user_id: "user", expires_at: expires.toISOString(), authentication_factors: [] };
    const state = { session, user: { user_id: "user", emails: [] } };
    localStorage.setItem("stytch_sdk_state_public-token-test-00000000-0000-4000-8000-000000000000", JSON.stringify(state));
    document.cookie = "stytch_session=token; path=/";
    document.cookie = "stytch_session_jwt=header.claims.signature; path=/";
  },
};
