// A proxy in front of the Auth Engine, on the shop's own origin. It needs Node 20 or newer and no packages.
//
//   ENGINE=https://eu.api.capillarytech.com PORT=8080 node proxy.mjs
//
// It passes on the calls of the widget and nothing else, limits how many there are, and can ask for a captcha before a message is sent.
// `base-url` of the widget is the address of the proxy.
//
// | variable | value |
// |---|---|
// | ENGINE | the origin of the engine |
// | PORT | the port to listen on, at 127.0.0.1; 8080 if it is absent |
// | CAPTCHA_URL | the address that checks a captcha: of Turnstile, hCaptcha or reCAPTCHA; no captcha if it is absent |
// | CAPTCHA_SECRET | the shop's secret for that address |
// | TRUST_FORWARDED | 1 if a server of the shop is in front of this one and sets `X-Forwarded-For` |

import { createServer } from "node:http";

const { ENGINE, PORT = "8080", CAPTCHA_URL, CAPTCHA_SECRET = "", TRUST_FORWARDED } = process.env;
if (!ENGINE) throw new Error("ENGINE is missing");

/** The calls of the widget. */
const CALL = /^\/auth\/v1\/(web|mfa)\/(token|otp|password)\/[a-z]+(\?fallbackChannel=[A-Z_]+)?$/;
/** The calls that send a message. */
const SENDS_MESSAGE = /\/otp\/generate/;
/** The header with the answer of the captcha. The property `challenge` of the widget returns it. */
const CAPTCHA_HEADER = "x-captcha";
/** The longest body of a request, in bytes. The widget sends less than one KiB. */
const MAX_BODY = 8 * 1024;
/** The longest wait for the engine, in milliseconds. The widget itself waits for ten seconds. */
const TIME_LIMIT = 9000;

/** The headers that are passed on in each direction. Cookies of the shop are none of the engine's business. */
const REQUEST_HEADERS = ["accept", "content-type", "origin", "access-control-request-method", "access-control-request-headers"];
const RESPONSE_HEADERS = [
  "access-control-allow-headers",
  "access-control-allow-methods",
  "access-control-allow-origin",
  "access-control-expose-headers",
  "access-control-max-age",
  "content-type",
  "date",
  "retry-after",
  "vary",
];

/** How many requests are allowed in a span of time. */
class Limit {
  /** When each key was used, in milliseconds. @type {Map<string, number[]>} */
  #uses = new Map();

  /**
   * @param {number} count
   * @param {number} minutes
   */
  constructor(count, minutes) {
    this.count = count;
    this.span = minutes * 60_000;
    setInterval(() => this.#forget(Date.now()), this.span).unref();
  }

  /**
   * Counts a request. Returns for how many seconds the client has to wait; 0 if the request is allowed.
   * @param {string} key
   * @param {number} now
   */
  use(key, now) {
    const uses = (this.#uses.get(key) ?? []).filter((at) => now - at < this.span);
    this.#uses.set(key, uses);
    if (uses.length >= this.count) return Math.ceil((uses[0] + this.span - now) / 1000);
    uses.push(now);
    return 0;
  }

  /** @param {number} now */
  #forget(now) {
    for (const [key, uses] of this.#uses) if (uses.every((at) => now - at >= this.span)) this.#uses.delete(key);
  }
}

// A household or an office shares an address, so the limit by address is generous. A customer needs few codes.
const CALLS_BY_ADDRESS = new Limit(120, 10);
const MESSAGES_BY_ADDRESS = new Limit(15, 10);
const MESSAGES_BY_CUSTOMER = new Limit(5, 10);

createServer((request, response) => {
  answer(request)
    .catch((error) => {
      console.error(error.name, error.message);
      return failure(502, "The service cannot be reached.");
    })
    .then(({ status, headers, body }) => response.writeHead(status, headers).end(body));
}).listen(Number(PORT), "127.0.0.1");

/** @param {import("node:http").IncomingMessage} request */
async function answer(request) {
  const { method = "", url = "", headers } = request;
  if (!CALL.test(url) || !["POST", "DELETE", "OPTIONS"].includes(method)) return failure(404, "There is no such call.");
  const address = TRUST_FORWARDED ? String(headers["x-forwarded-for"]).split(",").at(-1).trim() : request.socket.remoteAddress;
  const now = Date.now();
  const body = await bodyOf(request);
  if (body === undefined) return failure(413, "The request is too long.");
  if (method !== "OPTIONS") {
    let wait = CALLS_BY_ADDRESS.use(address, now);
    if (!wait && SENDS_MESSAGE.test(url)) {
      if (!(await hasCaptcha(headers[CAPTCHA_HEADER], address))) return failure(403, "The captcha was not solved.");
      wait = MESSAGES_BY_ADDRESS.use(address, now) || MESSAGES_BY_CUSTOMER.use(customerIn(body), now);
    }
    if (wait) return failure(429, "There were too many requests.", { "retry-after": String(wait) });
  }
  const answer = await fetch(new URL(url, ENGINE), {
    method,
    headers: pick(REQUEST_HEADERS, (name) => headers[name]),
    body: body.length ? body : undefined,
    redirect: "manual",
    signal: AbortSignal.timeout(TIME_LIMIT),
  });
  const passed = pick(RESPONSE_HEADERS, (name) => answer.headers.get(name));
  return { status: answer.status, headers: passed, body: Buffer.from(await answer.arrayBuffer()) };
}

/**
 * Returns the body of a request; undefined if it is too long.
 * @param {import("node:http").IncomingMessage} request
 */
async function bodyOf(request) {
  const chunks = [];
  let length = 0;
  for await (const chunk of request) {
    length += chunk.length;
    if (length > MAX_BODY) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/**
 * Returns what a message is limited by: the kind of the identifier and the identifier.
 * @param {Buffer} body
 */
function customerIn(body) {
  try {
    const { identifierType, identifierValue } = JSON.parse(body.toString());
    return `${identifierType} ${String(identifierValue).toLowerCase()}`;
  } catch {
    return "";
  }
}

/**
 * Returns whether the captcha was solved, or none is asked for.
 * @param {unknown} token
 * @param {string} address
 */
async function hasCaptcha(token, address) {
  if (!CAPTCHA_URL) return true;
  if (typeof token !== "string" || !token) return false;
  const body = new URLSearchParams({ secret: CAPTCHA_SECRET, response: token, remoteip: address });
  const answer = await fetch(CAPTCHA_URL, { method: "POST", body, signal: AbortSignal.timeout(TIME_LIMIT) });
  return (await answer.json()).success === true;
}

/**
 * An answer in the form of the engine's.
 * @param {number} code
 * @param {string} message
 * @param {Record<string, string>} [headers]
 */
function failure(code, message, headers = {}) {
  const body = JSON.stringify({ status: { success: false, code, message } });
  return { status: code, headers: { "content-type": "application/json", ...headers }, body };
}

/**
 * @param {string[]} names
 * @param {(name: string) => string | null | undefined} value
 */
function pick(names, value) {
  return Object.fromEntries(names.map((name) => [name, value(name)]).filter(([, value]) => value));
}
