//! What the public names mean, in one place for the reference tables of the documents and for `src/element/custom-elements.json`.
//!
//! Each list has exactly the names that the code has, in the same order; `reference.rs` checks that. What parts and custom
//! properties mean stands beside their names, in the code and in `style/tokens.css`; what members do stands in
//! `src/element/ae-login.d.ts`.

/// What each attribute does.
pub(crate) const ATTRIBUTES: [(&str, &str); 31] = [
    (
        "base-url",
        "Address of the Auth Engine, or of the shop's proxy in front of it. A path prefix is allowed.",
    ),
    (
        "brand",
        "Name of the organisation at the engine. The widget sends it as written.",
    ),
    (
        "identifiers",
        "Kinds of identifier that a customer may type. With several kinds the form recognises the kind while the customer types.",
    ),
    (
        "first-factor",
        "How a customer proves who they are. `otp`: with a code. `password`: with a password; a customer without one chooses one \
         first. `auto`: with a password if the engine says that the customer has one, otherwise with a code.",
    ),
    (
        "second-factor",
        "When the form asks for a second factor. `auto`: if the role after the first factor is one of `pending-roles`. `always`: \
         after every first factor. `off`: never; customers whose role demands one cannot sign in.",
    ),
    (
        "second-factor-method",
        "How a customer proves the second factor. The values mean the same as for `first-factor`.",
    ),
    (
        "second-factor-identifier",
        "Identifier of the second factor. `same`: the first factor's. If it is another kind than the first factor's, the form asks \
         for it.",
    ),
    (
        "pending-roles",
        "Roles that mean that the engine still expects a second factor.",
    ),
    (
        "fallback-channels",
        "Channels that the form offers for a code besides the brand's usual one.",
    ),
    (
        "password-pattern",
        "Pattern that a new password must match from end to end before the widget sends it.",
    ),
    (
        "password-hint",
        "The same rule in words, shown below the field for a new password.",
    ),
    ("country", "Preselected country of mobile numbers."),
    ("countries", "Countries whose mobile numbers are accepted."),
    (
        "otp-length",
        "Number of digits that the form asks for. It accepts codes of other lengths as well.",
    ),
    (
        "resend-after",
        "Seconds before the customer can ask for another code. The wait survives a reload.",
    ),
    (
        "session-minutes",
        "Minutes that the engine keeps a login attempt. Two minutes before its end (at half of it, if it is shorter than four \
         minutes) the form says so and offers more time.",
    ),
    (
        "storage",
        "Where the session is kept. `tab`: in this tab, and in other open tabs of the shop. `memory`: in the page only. `device`: \
         on the device, beyond the end of the browser.",
    ),
    (
        "remember",
        "`ask` shows the choice \"Keep me signed in on this device\", which is not ticked at first. A ticked choice means \
         `storage=\"device\"` for this login.",
    ),
    (
        "max-age",
        "Minutes after the last complete login at which the session ends and is no longer renewed.",
    ),
    (
        "max-idle",
        "Minutes without use of the page, in any tab, at which the session ends.",
    ),
    (
        "device-id",
        "Device id that the widget sends as `deviceId` with the calls of the second factor.",
    ),
    (
        "send-device-id",
        "The widget sends `deviceId` with the calls of the first factor too, and `cap_device_id` with every `fetch()`.",
    ),
    (
        "allow-origins",
        "Origins, besides the page's own, to which `fetch()` may send the token.",
    ),
    (
        "no-renew",
        "The widget does not renew the token in the background. `getToken()` still renews it when needed.",
    ),
    (
        "allow-framing",
        "The form is shown inside a frame of another origin too. Without this attribute it is not.",
    ),
    ("locale", "Language and direction of the form."),
    (
        "dialog",
        "The form is a modal dialog, which `show()` opens. Read when the form is first shown.",
    ),
    (
        "shadow",
        "The form is in an open shadow root instead of the light DOM. Read when the form is first shown.",
    ),
    (
        "compat",
        "When to load the build without WebAssembly. `auto`: where the browser has no WebAssembly, or the page's policy forbids it. \
         `always`: in every browser. `never`: in none. Read when the script runs; the first element in the page that has the \
         attribute decides for the page.",
    ),
    (
        "auto-submit",
        "A complete code is sent by itself, however it came into the field. A code that was sent in this step is not sent again by \
         itself.",
    ),
    (
        "remember-identifier",
        "The identifier is stored on the device after a login. The next time the form says \"Welcome back\", shows it masked and asks \
         for nothing. \"Not you?\" and signing out erase it. Without effect with `storage=\"memory\"`.",
    ),
];

/// What each attribute says that the widget sets on the element.
pub(crate) const STATE_ATTRIBUTES: [(&str, &str, &str); 4] = [
    (
        "step",
        "the steps below",
        "The step that the form shows. Absent while there is no form.",
    ),
    (
        "busy",
        "present or absent",
        "The form waits for an answer of the engine.",
    ),
    ("signed-in", "present or absent", "There is a session."),
    (
        "aria-busy",
        "`true` or `false`",
        "The same as `busy`, for assistive technology.",
    ),
];

/// What each step asks for.
pub(crate) const STEPS: [(&str, &str); 12] = [
    (
        "identify",
        "Asks for the identifier, or for an address that a code can go to.",
    ),
    ("code", "Asks for the code."),
    ("password", "Asks for the password."),
    ("new-password", "Asks for a first password."),
    (
        "forgot-password",
        "Asks for a new password in place of a forgotten one.",
    ),
    (
        "change-password",
        "Asks a signed-in customer for another password.",
    ),
    (
        "second-identify",
        "Asks for the identifier of the second factor.",
    ),
    ("second-code", "Asks for the code of the second factor."),
    (
        "second-password",
        "Asks for the password of the second factor.",
    ),
    (
        "second-new-password",
        "Asks for a new password of the second factor: a first one, or one in place of a forgotten one.",
    ),
    ("signed-in", "Says who is signed in."),
    ("stuck", "Says that only the shop can help."),
];

/// When each event is dispatched.
pub(crate) const EVENTS: [(&str, &str); 7] = [
    (
        "ae-ready",
        "The form, or the session without a form, can be used.",
    ),
    ("ae-step", "The form shows another step."),
    (
        "ae-signed-in",
        "A login is complete, or the widget has restored a session that began in an earlier page or in another tab.",
    ),
    (
        "ae-renewed",
        "The session has a new token, renewed by this tab or by another one.",
    ),
    ("ae-signed-out", "The session has ended."),
    ("ae-error", "Something failed."),
    (
        "ae-activity",
        "Something happened in a login attempt. For funnels: it never holds an identifier, a code or a token.",
    ),
];

/// What the fields in the details of events mean.
pub(crate) const DETAIL_FIELDS: [(&str, &str, &str); 18] = [
    ("ae-ready", "version", "Version of the widget."),
    ("ae-step", "step", "Step that the form shows now."),
    ("ae-step", "previous", "Step that it showed before."),
    ("ae-signed-in", "session", "Who is signed in."),
    (
        "ae-signed-in",
        "restored",
        "`true` if the session began in an earlier page or in another tab.",
    ),
    (
        "ae-renewed",
        "session",
        "Who is signed in, with the new times.",
    ),
    ("ae-signed-out", "reason", "Why the session ended."),
    ("ae-error", "kind", "What kind of failure."),
    (
        "ae-error",
        "code",
        "The engine's number for the failure, if it gave one.",
    ),
    (
        "ae-error",
        "retryable",
        "Whether the same action may succeed a moment later.",
    ),
    (
        "ae-error",
        "step",
        "Step that the form shows; `null` for a session without a form, and where the widget cannot run.",
    ),
    (
        "ae-error",
        "reason",
        "What is wrong with the page, its server or the settings of the engine, if a browser can tell; `challenge` if the page's challenge \
         was not passed; otherwise `null`.",
    ),
    (
        "ae-activity",
        "attempt",
        "Random id of the login attempt. An attempt begins with `shown` and ends with `completed` or `abandoned`.",
    ),
    ("ae-activity", "action", "What happened."),
    (
        "ae-activity",
        "method",
        "Method of the factor, if it is chosen; otherwise `null`.",
    ),
    ("ae-activity", "factor", "Factor that it concerns."),
    (
        "ae-activity",
        "code",
        "The engine's number for the failure, with `proof-failed`; otherwise `null`.",
    ),
    ("ae-activity", "elapsed", "Milliseconds since `shown`."),
];

/// When each `action` of `ae-activity` is reported.
pub(crate) const ACTIVITY_ACTIONS: [(&str, &str); 10] = [
    (
        "shown",
        "The form is shown to a customer who is not signed in; in a dialog, when it opens. A reload begins another attempt.",
    ),
    (
        "identified",
        "The engine has opened a login session for the customer's identifier.",
    ),
    ("code-sent", "The first code of a factor was sent."),
    (
        "code-resent",
        "Another code was sent by the brand's usual channel.",
    ),
    ("channel-changed", "A code was sent by another channel."),
    (
        "method-changed",
        "The customer chose a password instead of a code, or a code instead of a password. `method` is the new one.",
    ),
    (
        "proof-failed",
        "The engine refused a code or a password. `code` is its number.",
    ),
    (
        "second-factor",
        "The first factor is proved, and a second one is required.",
    ),
    (
        "completed",
        "The customer is signed in. It comes before `ae-signed-in`.",
    ),
    (
        "abandoned",
        "The dialog was closed, the element was removed, or the page was left or reloaded before the customer was signed in.",
    ),
];

/// What each `reason` of `ae-error` means, and how a browser can tell.
pub(crate) const ERROR_REASONS: [(&str, &str, &str); 15] = [
    (
        "csp-wasm",
        "The page's policy forbids WebAssembly, and `compat` is `never`.",
        "A module of eight bytes cannot be compiled.",
    ),
    (
        "csp-connect",
        "The page's policy forbids requests to the engine.",
        "The browser reports a violation with the address of the request.",
    ),
    (
        "csp-files",
        "The page's policy forbids a file of the widget.",
        "The browser reports a violation with the address of the file; or a script is not run although its hash is right.",
    ),
    (
        "file-missing",
        "The server does not have the file, or refuses it.",
        "The status of the answer is not 200 to 299.",
    ),
    (
        "file-type",
        "The server answers with a page instead of the file, or with a script of another type.",
        "The `Content-Type` is HTML for the wasm, or not JavaScript for the build without WebAssembly.",
    ),
    (
        "file-damaged",
        "The bytes of the file are not those of the release.",
        "The hash is wrong, and the file does not name another version.",
    ),
    (
        "versions-mixed",
        "The file belongs to another release than `ae-login.js`.",
        "The hash is wrong, and the file begins with another version.",
    ),
    (
        "cors-files",
        "The host of the files does not allow the origin of the page.",
        "The request fails, but succeeds if the page does not read the answer.",
    ),
    (
        "cors-engine",
        "The engine does not allow the origin of the page, or redirects, as far as a browser can tell. `kind` is `network`.",
        "The engine has never answered, but a request succeeds whose answer the page does not read.",
    ),
    (
        "framed",
        "The page is in a frame of another origin, and `allow-framing` is absent.",
        "The page cannot read the origin of the page around it.",
    ),
    (
        "insecure",
        "`base-url` begins with `http`, and the host is not the machine itself.",
        "It would be legal with `https`.",
    ),
    (
        "script-delayed",
        "An optimiser of scripts has changed the tag of `ae-login.js`. The widget works, but later.",
        "A script of the page has another `type` than `module`, or names the file in an attribute such as `data-src`.",
    ),
    (
        "bundled",
        "A bundler has put the module into another file, so that the addresses of the other files are wrong.",
        "A file cannot be loaded, and the address of the module does not end in `ae-login.js`.",
    ),
    (
        "no-wasm",
        "The browser has no WebAssembly, or cannot run the wasm, and `compat` is `never`.",
        "There is no `WebAssembly`, or the wasm cannot be instantiated.",
    ),
    (
        "challenge",
        "The page's `challenge` was not passed, so that no message was sent. `kind` is `rejected`.",
        "The function rejects, returns no headers, or takes longer than two minutes.",
    ),
];

/// Why a session ended.
pub(crate) const REASONS: [(&str, &str); 6] = [
    ("user", "The customer or the page signed out in this tab."),
    (
        "other-tab",
        "The customer or the page signed out in another tab.",
    ),
    (
        "expired",
        "The token expired, and the engine refused to renew it.",
    ),
    (
        "refused",
        "The engine refused, for good, to renew a token that had not expired.",
    ),
    (
        "too-old",
        "The last complete login is longer ago than `max-age`, or the last use of the page longer ago than `max-idle`.",
    ),
    ("replaced", "Another customer signed in."),
];

/// What each kind of failure means.
pub(crate) const KINDS: [(&str, &str); 10] = [
    (
        "configuration",
        "The page, its policy or the brand's settings are wrong. Only the shop can correct them.",
    ),
    ("network", "The engine could not be reached."),
    ("timeout", "The engine did not answer within 10 s."),
    (
        "rate-limited",
        "Too many requests: HTTP 429, code 429 or code 1534.",
    ),
    ("server", "The engine has a problem (HTTP 5xx)."),
    (
        "rejected",
        "The engine refused the request, or the page's `challenge` was not passed.",
    ),
    (
        "unavailable",
        "The widget cannot run in this page. `reason` says why, if a browser can tell.",
    ),
    ("storage", "The browser did not store the session."),
    (
        "malformed",
        "The answer is not what the contract says. The widget does not use it.",
    ),
    (
        "signed-out",
        "There is no session. Promises reject with this kind; no event has it.",
    ),
];

/// What the fields of a session mean.
pub(crate) const SESSION_FIELDS: [(&str, &str); 9] = [
    ("brand", "Brand, as in the attribute."),
    (
        "userId",
        "Number of the customer at the engine, if the token has one.",
    ),
    ("role", "Role in the token, such as `USER`."),
    (
        "identifierType",
        "Kind of the first factor's identifier, as sent to the engine.",
    ),
    (
        "identifierValue",
        "The first factor's identifier, as sent to the engine.",
    ),
    ("issuedAt", "When the engine issued the token."),
    ("expiresAt", "When the token expires."),
    (
        "signedInAt",
        "When the customer last completed a login. Renewing does not change it.",
    ),
    (
        "secondFactor",
        "How the customer proved the second factor; `null` without one.",
    ),
];

/// What the engine means with each code (contract §1.7).
pub(crate) const CODES: [(i64, &str); 37] = [
    (1502, "The code could not be checked."),
    (1503, "The code could not be sent."),
    (1504, "The engine does not know the brand."),
    (1505, "The login session is unknown, used or expired."),
    (1506, "The code is wrong."),
    (1507, "The mobile number is not the login session's."),
    (
        1508,
        "The device is not the login session's, or not the token's.",
    ),
    (1509, "The brand is not the login session's."),
    (1515, "The engine does not know the customer."),
    (1518, "Too many wrong codes."),
    (1519, "A field of the request is missing or illegal."),
    (1520, "The brand demands a password."),
    (1521, "Password and confirmation differ."),
    (1523, "The password could not be changed."),
    (1524, "The brand does not use passwords."),
    (1525, "The token cannot be renewed."),
    (
        1526,
        "The password could not be checked: type and value of the identifier do not match.",
    ),
    (1527, "The new password is the old one."),
    (1528, "The password is wrong."),
    (1529, "The token has expired."),
    (1530, "Too many wrong passwords."),
    (1531, "The token could not be ended."),
    (1532, "The password could not be replaced."),
    (1535, "The brand's quota of codes is 0."),
    (1537, "No code was sent for these details."),
    (
        1540,
        "The code needs a mobile number or an e-mail address to go to.",
    ),
    (1541, "The identifier is not the login session's."),
    (1542, "The password does not match the brand's policy."),
    (1543, "The user name is taken."),
    (1546, "The kind of identifier is not valid."),
    (
        1597,
        "The key that renews a token has expired or is not valid.",
    ),
    (1601, "The other channel needs a mobile number."),
    (1602, "The other channel needs an e-mail address."),
    (1603, "The brand has not set up the other channel."),
    (3005, "Login with an external id is switched off."),
    (5004, "Encryption is switched on for this call."),
    (429, "Too many requests."),
];

/// The code that means the same as 429, and therefore is told apart before the others.
pub(crate) const CODE_QUOTA: (i64, &str) = (1534, "The customer's quota of codes is used up.");

/// When the widget sends each call of the contract.
pub(crate) const CALLS: [(&str, &str); 15] = [
    (
        "web/token/generate",
        "The customer enters an identifier; the engine opens a login session.",
    ),
    (
        "web/otp/generate",
        "A code is needed; the engine sends it to the customer.",
    ),
    ("web/otp/validate", "The customer enters the code."),
    ("web/password/validate", "The customer enters the password."),
    (
        "web/token/regenerate",
        "The token is renewed, without a second factor.",
    ),
    (
        "web/password/change",
        "A signed-in customer chooses another password.",
    ),
    (
        "web/password/forget",
        "The customer replaces a forgotten password.",
    ),
    ("mfa/token/generate", "The second factor begins."),
    (
        "mfa/otp/generate",
        "A code of the second factor is needed; the engine sends it.",
    ),
    (
        "mfa/otp/validate",
        "The customer enters the second factor's code.",
    ),
    (
        "mfa/password/validate",
        "The customer enters the second factor's password.",
    ),
    (
        "mfa/password/change",
        "A signed-in customer chooses another password of the second factor.",
    ),
    (
        "mfa/password/forget",
        "The customer replaces a forgotten password of the second factor.",
    ),
    (
        "mfa/token/regenerate",
        "The token is renewed after a second factor, with its key.",
    ),
    (
        "mfa/token/expire",
        "The customer signs out after a second factor.",
    ),
];

/// The language of each file of texts.
pub(crate) const LANGUAGES: [(&str, &str); 71] = [
    ("af", "Afrikaans"),
    ("ar", "Arabic"),
    ("az", "Azerbaijani"),
    ("bg", "Bulgarian"),
    ("bn", "Bengali"),
    ("bs", "Bosnian"),
    ("ca", "Catalan"),
    ("cs", "Czech"),
    ("da", "Danish"),
    ("de", "German"),
    ("el", "Greek"),
    ("en", "English"),
    ("es", "Spanish"),
    ("et", "Estonian"),
    ("eu", "Basque"),
    ("fa", "Persian"),
    ("fi", "Finnish"),
    ("fil", "Filipino"),
    ("fr", "French"),
    ("ga", "Irish"),
    ("gl", "Galician"),
    ("gu", "Gujarati"),
    ("he", "Hebrew"),
    ("hi", "Hindi"),
    ("hr", "Croatian"),
    ("hu", "Hungarian"),
    ("hy", "Armenian"),
    ("id", "Indonesian"),
    ("is", "Icelandic"),
    ("it", "Italian"),
    ("ja", "Japanese"),
    ("ka", "Georgian"),
    ("kk", "Kazakh"),
    ("km", "Khmer"),
    ("kn", "Kannada"),
    ("ko", "Korean"),
    ("lo", "Lao"),
    ("lt", "Lithuanian"),
    ("lv", "Latvian"),
    ("mk", "Macedonian"),
    ("ml", "Malayalam"),
    ("mn", "Mongolian"),
    ("mr", "Marathi"),
    ("ms", "Malay"),
    ("my", "Burmese"),
    ("nb", "Norwegian (Bokmål)"),
    ("ne", "Nepali"),
    ("nl", "Dutch"),
    ("pa", "Punjabi"),
    ("pl", "Polish"),
    ("pt-BR", "Portuguese (Brazil)"),
    ("pt-PT", "Portuguese (Portugal)"),
    ("ro", "Romanian"),
    ("ru", "Russian"),
    ("si", "Sinhala"),
    ("sk", "Slovak"),
    ("sl", "Slovenian"),
    ("sq", "Albanian"),
    ("sr-Latn", "Serbian (Latin)"),
    ("sv", "Swedish"),
    ("sw", "Swahili"),
    ("ta", "Tamil"),
    ("te", "Telugu"),
    ("th", "Thai"),
    ("tr", "Turkish"),
    ("uk", "Ukrainian"),
    ("ur", "Urdu"),
    ("uz", "Uzbek"),
    ("vi", "Vietnamese"),
    ("zh-Hans", "Chinese (simplified)"),
    ("zh-Hant", "Chinese (traditional)"),
];

/// What each command does.
pub(crate) const COMMANDS: [(&str, &str); 7] = [
    (
        "demo",
        "Builds the widget, starts the emulator and a demo shop on this machine, and prints their addresses.",
    ),
    (
        "bundle",
        "Builds the files that a shop serves into `dist/` and prints their sizes.",
    ),
    (
        "sms",
        "Checks whether phones can offer the code of a text message.",
    ),
    ("verify", "Installs what is missing and runs the tests."),
    (
        "tabs",
        "Measures renewals with many tabs, beside two other libraries. Needs `cargo bundle` first.",
    ),
    (
        "bench-page",
        "Measures time, memory and bytes of a page with the widget. Needs `cargo bundle` first.",
    ),
    (
        "speed",
        "Compares the widget with plain HTML and the forms of others. Needs `cargo bundle` first.",
    ),
];
