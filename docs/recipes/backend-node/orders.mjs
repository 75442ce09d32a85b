// An API of a shop that takes the token of the widget. It needs Node 20 or newer and no packages.
//
//   TOKEN_SECRET=… BRAND=DocDemo PORT=8081 node orders.mjs
//
// The page calls it with `fetch()` of the element, which adds the headers `cap_…`. Node passes on headers with underscores; nginx in
// front of it needs `underscores_in_headers on`.
//
// | variable | value |
// |---|---|
// | TOKEN_SECRET | the secret of the engine's tokens (HS256), which the vendor gives to your backend; never give it to a page |
// | BRAND | the value of the attribute `brand` |
// | PORT | the port to listen on, at 127.0.0.1; 8081 if it is absent |
// | SHOP_ORIGIN | the origin of the shop's pages, if it is another one than that of this API |

import { createHmac, timingSafeEqual } from "node:crypto";
import { createServer } from "node:http";

const { TOKEN_SECRET, BRAND, PORT = "8081", SHOP_ORIGIN } = process.env;
if (!TOKEN_SECRET || !BRAND) throw new Error("TOKEN_SECRET or BRAND is missing");

const TOKEN_HEADERS = "cap_authorization, cap_brand, cap_identifier_type, cap_identifier_value, cap_device_id";

createServer((request, response) => {
  if (SHOP_ORIGIN) {
    response.setHeader("access-control-allow-origin", SHOP_ORIGIN);
    response.setHeader("access-control-allow-headers", `content-type, ${TOKEN_HEADERS}`);
    response.setHeader("vary", "origin");
  }
  if (request.method === "OPTIONS") return response.writeHead(204).end();
  // Check the token first: the widget sends a request again after a 401, with a new token.
  const customer = customerOf(request.headers.cap_authorization, Date.now());
  if (!customer) return response.writeHead(401).end();
  response.writeHead(200, { "content-type": "application/json" });
  response.end(JSON.stringify({ customer, orders: [] }));
}).listen(Number(PORT), "127.0.0.1");

/**
 * Returns the id of the customer whose token this is. Returns undefined unless the token is the engine's, for this brand, still valid, and
 * that of a customer who is signed in.
 * @param {unknown} token
 * @param {number} now milliseconds since 1970
 */
function customerOf(token, now) {
  try {
    const [head = "", claims = "", signature = "", ...rest] = String(token).split(".");
    const header = JSON.parse(Buffer.from(head, "base64url").toString());
    // Accept no other algorithm: a token may claim `none`.
    if (rest.length || header.alg !== "HS256" || header.org !== BRAND) return undefined;
    const expected = createHmac("sha256", TOKEN_SECRET).update(`${head}.${claims}`).digest();
    const given = Buffer.from(signature, "base64url");
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined;
    const { exp, rol, uid } = JSON.parse(Buffer.from(claims, "base64url").toString());
    // The claims are trusted from here on. Other roles are those of unfinished logins.
    return exp * 1000 > now && rol === "USER" ? uid : undefined;
  } catch {
    return undefined;
  }
}
