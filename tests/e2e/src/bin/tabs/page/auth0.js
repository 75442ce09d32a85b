// A tab of auth0-spa-js.

import { Auth0Client } from "/peer.js";

const clientId = "shop";
const scope = "openid profile email offline_access";
// The record that a login leaves behind.
const key = `@@auth0spajs@@::${clientId}::default::${scope}`;
if (!localStorage.getItem(key)) {
  const body = { access_token: "first", refresh_token: "refresh", audience: "default", scope, client_id: clientId, expires_in: 900, token_type: "Bearer" };
  localStorage.setItem(key, JSON.stringify({ body, expiresAt: Math.floor(Date.now() / 1000) + 900 }));
}
const client = new Auth0Client({ domain: location.origin, clientId, useRefreshTokens: true, cacheLocation: "localstorage" });
window.renew = () => client.getTokenSilently();
// The first tab requests a token, since no record has an ID token yet. All others find that record.
await window.renew();
window.isReady();
