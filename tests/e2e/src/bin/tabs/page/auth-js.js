// A tab of supabase auth-js.

import { GoTrueClient } from "/peer.js";

const storageKey = "shop";
// The record that a login leaves behind.
if (!localStorage.getItem(storageKey)) {
  const session = { access_token: "first", refresh_token: "refresh", expires_in: 900, token_type: "bearer", user: { id: "1" } };
  localStorage.setItem(storageKey, JSON.stringify({ ...session, expires_at: Math.floor(Date.now() / 1000) + 900 }));
}
const client = new GoTrueClient({ url: location.origin, storageKey, autoRefreshToken: false });
window.renew = async () => {
  const { data, error } = await client.getSession();
  if (error) throw error;
  return data.session.access_token;
};
await client.initialize();
window.isReady();
