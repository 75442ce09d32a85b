// The class that the browser insists on, and the object for pages without a form. Nothing here decides: calls go to wasm,
// wasm's words go to the page, and the element's own children are shown whenever wasm cannot run.

/** What `getToken()` rejects with. `kind` is one of the kinds of `ae-error`, or `signed-out`. */
export class AeError extends Error {
  constructor(kind, code = null, retryable = false) {
    super(`ae-login: ${kind} ${code ?? ""}`.trim());
    this.name = "AeError";
    this.kind = kind;
    this.code = code;
    this.retryable = retryable;
  }
}

const UNAVAILABLE = '{"kind":"unavailable","code":null,"retryable":false,"step":null}';

/** What a form listens to. */
const HEARD = ["submit", "click", "input"];
/** What the form says of itself by attributes of the element. */
const MARKS = ["step", "busy", "signed-in", "aria-busy"];

/** The line between one object of the page and wasm. */
class Link {
  #target;
  #host;
  #load;
  #wasm = null;
  #id = 0;
  #opening = waiting();
  /** Aborted when whoever waits for a login waits in vain. */
  #gone = new AbortController();
  #json = null;
  #session = null;

  /** `host` is how wasm speaks back; `load` gives wasm's functions. */
  constructor(target, host, load, share) {
    this.#target = target;
    this.#load = load;
    this.#host = {
      ...host,
      device: () => host.attribute("device-id") || deviceId(),
      requestHeaders: () => target.requestHeaders,
      fits,
      isFramed,
      isSeen,
      watch,
      share: (...line) => share?.(...line),
      tell: (name, detail) => tell(target, name, detail),
      warn: (text) => console.error(text),
    };
  }

  /** Connects, unless nobody wants it any more by the time wasm is there. */
  async open(isWanted) {
    try {
      const [wasm] = await Promise.all([this.#load(), this.#host.ready?.()]);
      if (!isWanted() || this.#wasm) return;
      this.#wasm = wasm;
      this.#id = wasm.connect(this.#host);
      this.#opening.resolve();
    } catch (reason) {
      this.#fail(reason);
    }
  }

  /** Nobody signs in any more, for now. */
  giveUp() {
    this.#gone.abort();
    this.#gone = new AbortController();
  }

  close() {
    this.call("disconnect");
    this.giveUp();
    this.#wasm = null;
    this.#opening.reject(new AeError("unavailable"));
    this.#opening = waiting();
  }

  get isOpen() {
    return !!this.#wasm;
  }

  /** Calls wasm. Once it has broken down it is never called again: its memory cannot be trusted any more. */
  call(name, ...rest) {
    try {
      return this.#wasm?.[name](this.#id, ...rest);
    } catch (reason) {
      return this.#fail(reason);
    }
  }

  get session() {
    const json = this.call("session") ?? null;
    if (json !== this.#json) {
      this.#json = json;
      this.#session = json && frozen(json);
    }
    return this.#session;
  }

  async getToken({ minValidity = 30 } = {}, refused = undefined) {
    await this.#opening.promise;
    return new Promise((resolve, reject) => {
      const refuse = (...problem) => reject(new AeError(...problem));
      this.call("get_token", Number(minValidity), resolve, refuse, refused);
    });
  }

  /** The page's own fetch with a token, to allowed origins only; once more with another token where the first is not taken. */
  async fetch(input, { wait, ...init } = {}) {
    // A redirect would carry the token wherever it leads, and where that is cannot be seen before.
    const request = new Request(input, { ...init, redirect: init.redirect === "manual" ? "manual" : "error" });
    const { attribute, device } = this.#host;
    const allowed = (attribute("allow-origins") ?? "").split(/\s+/).filter(Boolean).map((url) => new URL(url).origin);
    if (![location.origin, ...allowed].includes(new URL(request.url).origin)) throw new AeError("configuration");
    await this.#opening.promise;
    if (wait && !this.session) await this.#signedIn(request.signal);
    const send = (request, token) => {
      const { brand, identifierType, identifierValue, secondFactor } = this.session;
      const headers = { authorization: token, brand, identifier_type: identifierType, identifier_value: identifierValue };
      if (secondFactor || attribute("send-device-id") !== undefined) headers.device_id = device();
      for (const [name, value] of Object.entries(headers)) request.headers.set(`cap_${name}`, value);
      return fetch(request);
    };
    const again = request.clone();
    const token = await this.getToken();
    const response = await send(request, token);
    if (response.status !== 401) return response;
    const another = await this.getToken(undefined, token).catch(() => token);
    return another === token ? response : send(again, another);
  }

  /** Waits until somebody has signed in; whoever gives up, or the form that goes away, ends the waiting. */
  #signedIn(signal) {
    this.#host.show();
    return new Promise((resolve, reject) => {
      const end = new AbortController();
      const listen = (target, name, act) => target.addEventListener(name, () => (end.abort(), act()), { signal: end.signal });
      const refuse = () => reject(new AeError("signed-out"));
      listen(this.#target, "ae-signed-in", resolve);
      listen(this.#gone.signal, "abort", refuse);
      listen(signal, "abort", () => reject(signal.reason));
    });
  }

  async signOut() {
    // At once where that can be, so that a page that leaves right after is signed out all the same.
    if (!this.#wasm) await this.#opening.promise;
    this.call("sign_out");
  }

  #fail(reason) {
    this.#wasm = null;
    this.#opening.reject(new AeError("unavailable"));
    this.#host.close();
    console.error("ae-login cannot run in this page.", reason);
    tell(this.#target, "ae-error", UNAVAILABLE);
  }
}

/** The session without a form: the same members and events. */
class AeSession extends EventTarget {
  #link;

  constructor(options, load, share) {
    super();
    const attribute = (name) => {
      const value = options[name.replace(/-(.)/g, (_, letter) => letter.toUpperCase())] ?? false;
      return value === false ? undefined : value === true ? "" : String(value);
    };
    this.#link = new Link(this, { attribute, mark() {}, open: () => undefined, close() {}, show() {} }, load, share);
    this.#link.open(() => true);
  }

  get session() {
    return this.#link.session;
  }

  getToken(options) {
    return this.#link.getToken(options);
  }

  signOut() {
    return this.#link.signOut();
  }

  fetch(input, init) {
    return this.#link.fetch(input, init);
  }
}

/** Defines `<ae-login>`, unless another copy of this module has done so: the first one stays. */
export function define(load, style, { share, speech, countries }) {
  if (customElements.get("ae-login")) return;

  const sheet = new CSSStyleSheet();
  sheet.replaceSync(style);
  /** The names of custom properties that are ours, and then those that were told of. */
  let names = style;

  /** Tells whoever builds the page of custom properties that look like ours and are none. */
  const read = ({ cssText }) => {
    for (const [, name] of ` ${cssText}`.matchAll(/\s(--ae-[\w-]+:)/g)) {
      if (names.includes(name)) continue;
      names += name;
      console.warn(`ae-login: no custom property ${name.slice(0, -1)}`);
    }
  };

  class AeLogin extends HTMLElement {
    /** A session for pages without a form. */
    static createSession(options) {
      return new AeSession(options, load, share);
    }

    #link;
    #speech = speech(this, () => this.#link.call("speak"));
    #countries = countries((table) => this.#link.call("countries", table));
    #heard = (event) => this.#link.call("heard", event);
    /** Several attributes set in a row are one change; those that the form itself sets are none. */
    #attributes = new MutationObserver((changes) => {
      if (changes.every(({ attributeName }) => MARKS.includes(attributeName))) return;
      this.#speech.update();
      this.#link.call("changed");
    });
    /** The element's own children, while the form stands in their place. */
    #fallback = null;
    /** What the form stands in, where the page wants a dialog. */
    #dialog = null;
    /** Whether the form was asked for before it was there. */
    #isAwaited = false;
    /** Ends the waiting for a message with a code. */
    #message = null;

    constructor() {
      super();
      this.#link = new Link(
        this,
        {
          attribute: (name) => this.getAttribute(name) ?? undefined,
          mark: (name, value) => {
            if (name === "step" && value !== this.getAttribute(name)) this.#receive(value);
            value === undefined ? this.removeAttribute(name) : this.setAttribute(name, value);
          },
          open: () => this.#open(),
          close: () => this.#withdraw(),
          show: () => this.show(),
          ready: () => this.#speech.start(),
          list: (code) => this.#list(code),
          country: (code) => this.#countries.name(code, this.#speech.language),
          words: () => (this.#speech.isLegal ? this.#speech.words : undefined),
        },
        load,
        share,
      );
      this.#attributes.observe(this, { attributes: true });
      this.addEventListener("ae-signed-in", () => this.#dialog?.close());
      // Set before this class was there, it hides the accessor below.
      const { messages } = this;
      if (delete this.messages && messages) this.messages = messages;
    }

    /** The shop's own words in place of ours, by name. */
    get messages() {
      return this.#speech.messages;
    }

    set messages(messages) {
      this.#speech.messages = messages;
    }

    get session() {
      return this.#link.session;
    }

    getToken(options) {
      return this.#link.getToken(options);
    }

    signOut() {
      return this.#link.signOut();
    }

    /** The page's own fetch with a token. */
    fetch(input, init) {
      return this.#link.fetch(input, init);
    }

    /** Back to the first step. */
    restart() {
      this.#link.giveUp();
      this.#link.call("restart");
    }

    /** Lets a signed-in customer choose another password. */
    changePassword() {
      this.#link.call("change_password");
    }

    /** Brings the form before whoever is to sign in: the dialog, or the place where it stands. Who is at it is not disturbed. */
    show() {
      this.#isAwaited = !this.#link.isOpen;
      // In Chromium `:focus-within` knows nothing of what is in an open dialog.
      if (this.#isAwaited || this.contains(this.getRootNode().activeElement)) return;
      if (!this.#dialog) this.scrollIntoView({ block: "center" });
      else if (!this.#dialog.open) this.#dialog.showModal();
      (this.#find("[part~=input]") ?? this.#find("[part~=title]"))?.focus({ preventScroll: true });
    }

    /** Closes the dialog, if it is one. */
    close() {
      this.#isAwaited = false;
      this.#dialog?.close();
    }

    connectedCallback() {
      // A move disconnects and connects again within one task: then all is as it was, but for the styles.
      if (this.#link.isOpen) this.#adopt(this.shadowRoot ?? this.getRootNode());
      else this.#link.open(() => this.isConnected).then(() => this.#isAwaited && this.show());
    }

    disconnectedCallback() {
      // Where it is put next it would stand open in the page.
      this.#dialog?.close();
      queueMicrotask(() => {
        if (this.isConnected) return;
        this.close();
        this.#link.close();
        this.#speech.stop();
      });
    }

    /** Puts the fallback away and gives the node to draw in. */
    #open() {
      const isShadow = this.hasAttribute("shadow");
      const root = isShadow ? (this.shadowRoot ?? this.attachShadow({ mode: "open" })) : this;
      if (!this.#fallback) {
        this.#fallback = document.createDocumentFragment();
        this.#fallback.append(...root.childNodes);
      }
      // Pieces of the form come and go, these listeners stay at its root.
      for (const name of HEARD) root.addEventListener(name, this.#heard);
      this.#adopt(isShadow ? root : this.getRootNode());
      (window.requestIdleCallback ?? setTimeout)(() => this.#proofread());
      if (!this.hasAttribute("dialog")) return root;
      const dialog = (this.#dialog = document.createElement("dialog"));
      dialog.part = "dialog";
      let pressed;
      dialog.onpointerdown = ({ target }) => (pressed = target);
      // What was pressed inside and let go of outside closes nothing: a text may have been selected so.
      dialog.onclick = ({ target }) => {
        if (target.closest("[part~=close]") || (target === dialog && pressed === dialog)) dialog.close();
      };
      dialog.onclose = (event) => {
        // Nobody signs in behind a closed one.
        if (!dialog.open) this.#link.giveUp();
        // The browser's own event does not leave the dialog.
        this.dispatchEvent(new Event(event.type));
      };
      root.append(dialog);
      return dialog;
    }

    #find(selector) {
      return (this.shadowRoot ?? this).querySelector(selector);
    }

    /** Where a browser reads codes from messages, takes one in each step that asks for one, and sends it: the person has just agreed to that. */
    async #receive(step) {
      this.#message?.abort();
      // Elsewhere than on phones it is no use, and Chromium never again puts a page aside whole that has asked.
      if (!/code$/.test(step) || !window.OTPCredential || !navigator.userAgentData?.mobile) return;
      const { signal } = (this.#message = new AbortController());
      try {
        const { code } = await navigator.credentials.get({ otp: { transport: ["sms"] }, signal });
        const input = this.#find("[part~=code-input]");
        if (signal.aborted || input.value) return;
        input.value = code;
        input.dispatchEvent(new Event("input", { bubbles: true }));
        input.form.requestSubmit();
      } catch {
        // It is typed, as ever.
      }
    }

    /** Shows a country in the list of countries; without one, asks for the table of them. */
    #list(code) {
      if (code === undefined) return void this.#countries.ask(["country", "countries"].map((name) => this.getAttribute(name)).join(" "));
      const list = this.#find("[part~=country]");
      if (list) this.#countries.show(list, code, this.#speech.language, this.getAttribute("countries"));
    }

    /** Shows the fallback again. */
    #withdraw() {
      if (!this.#fallback) return;
      this.#message?.abort();
      this.#dialog?.close();
      this.#dialog = null;
      const root = this.shadowRoot ?? this;
      for (const name of HEARD) root.removeEventListener(name, this.#heard);
      root.replaceChildren(this.#fallback);
      this.#fallback = null;
      if (root !== this && !root.firstChild) root.append(document.createElement("slot"));
      for (const name of MARKS) this.removeAttribute(name);
    }

    #proofread() {
      read(this.style);
      for (const sheet of [...document.styleSheets, ...document.adoptedStyleSheets]) {
        try {
          for (const rule of sheet.cssRules) read(rule);
        } catch {
          // Another origin's.
        }
      }
    }

    #adopt(root) {
      const sheets = root.adoptedStyleSheets;
      if (!sheets.includes(sheet)) root.adoptedStyleSheets = [...sheets, sheet];
    }
  }

  customElements.define("ae-login", AeLogin);
}

function tell(target, name, detail) {
  target.dispatchEvent(new CustomEvent(name, { detail: frozen(detail), bubbles: true, composed: true }));
}

function frozen(json) {
  return JSON.parse(json, (_, value) => Object.freeze(value));
}

let device;

/** A random name for this browser, kept where it may be; asked for only where one has to be sent. */
function deviceId() {
  device ??= crypto.getRandomValues(new Uint32Array(4)).join("-");
  try {
    return (localStorage["ae-login:device"] ??= device);
  } catch {
    return device;
  }
}

const isSeen = () => document.visibilityState === "visible";

/** Tells that somebody looks at the page again, uses it, or sees it no more. Gives what ends that. */
function watch(heard) {
  const told = ({ type }) => {
    if (isSeen() || /down$/.test(type)) heard(type);
    else if (type === "visibilitychange") heard("hidden");
  };
  const each = (act) => {
    for (const name of ["focus", "pageshow", "online", "pointerdown", "keydown"]) window[act](name, told);
    for (const name of ["visibilitychange", "resume"]) document[act](name, told);
  };
  each("addEventListener");
  return () => each("removeEventListener");
}

/** Whether a page of another origin is around this one, whose address may not be read. */
function isFramed() {
  try {
    for (let at = window; at !== at.parent; at = at.parent) at.parent.location.href;
    return false;
  } catch {
    return true;
  }
}

/** Whether a text matches a shop's pattern as a whole, as in HTML; nothing where the pattern is none. */
function fits(pattern, text) {
  try {
    return new RegExp(`^(?:${pattern})$`, "v").test(text);
  } catch {
    return undefined;
  }
}

/** A promise to be settled from outside, which nobody has to listen to. */
function waiting() {
  const gate = {};
  gate.promise = new Promise((resolve, reject) => Object.assign(gate, { resolve, reject }));
  gate.promise.catch(() => {});
  return gate;
}
