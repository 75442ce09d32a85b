// Every state that the playground shows: which attributes bring it, whom the engine has to know, and what a customer does.
//
// `walk` leads there from the first step; `slip` does something wrong there. Both get hands (frame.js), and all of it goes through
// the widget and the emulated engine as a customer's login would.

/** What everybody is sent, so that nobody has to look for it. */
export const CODE = "482913";
const PASSWORD = "correct horse";
const SECOND = "battery staple";

/** What the engine has to be for all of them at once. */
export const SETTINGS = {
  brands: ["DocDemo"],
  code: CODE,
  password_brand: true,
  mfa_password: true,
  session_life_s: 3600,
  mfa_session_life_s: 3600,
  otp_life_s: 3600,
};

const someone = { password: PASSWORD };
const enrolled = { ...someone, mfa: true };
const wrongCode = (it) => it.sends({ "code-input": "000000" });
const unlike = (it) => it.sends({ "new-password-input": "a new password", "confirm-password-input": "another one" });
const both = async (it, step) => {
  await it.identifies("code");
  await it.sends({ "code-input": CODE });
  await it.reaches(step);
};

export const STATES = [
  {
    name: "identify",
    step: "identify",
    says: "Who is it?",
    attributes: { identifiers: "mobile email", remember: "ask" },
    walk: async () => {},
    slip: (it) => it.sends({ "identifier-input": "nobody" }),
  },
  {
    name: "identify-address",
    step: "identify",
    says: "A user name: where should the code go?",
    attributes: { identifiers: "username" },
    walk: async (it) => {
      await it.sends({ "identifier-input": `grace${it.number.slice(-5)}` });
      await it.sees('[part~="back"]');
    },
    slip: (it) => it.sends({ "identifier-input": "nobody" }),
  },
  {
    name: "code",
    step: "code",
    says: "The code of a message",
    attributes: { "fallback-channels": "WHATSAPP" },
    customer: someone,
    walk: (it) => it.identifies("code"),
    slip: wrongCode,
  },
  {
    name: "code-again",
    step: "code",
    says: "Another code was asked for",
    attributes: { "first-factor": "auto", "resend-after": "0" },
    customer: someone,
    walk: async (it) => {
      await it.identifies("password");
      it.presses("use-code");
      await it.reaches("code");
      it.presses("resend");
      await it.sees('[part~="notice"]:not(:empty)');
    },
    slip: (it) => it.sends({ "code-input": "12" }),
  },
  {
    name: "password",
    step: "password",
    says: "The password there is",
    attributes: { "first-factor": "auto" },
    customer: someone,
    walk: (it) => it.identifies("password"),
    slip: (it) => it.sends({ "password-input": "not this one" }),
  },
  {
    name: "new-password",
    step: "new-password",
    says: "The first password",
    attributes: { "first-factor": "password", "password-pattern": ".{8,}", "password-hint": "At least 8 characters" },
    walk: (it) => it.identifies("new-password"),
    slip: (it) => it.sends({ "new-password-input": "short", "confirm-password-input": "short" }),
  },
  {
    name: "forgot-password",
    step: "forgot-password",
    says: "A password in place of a forgotten one",
    attributes: { "first-factor": "password" },
    customer: someone,
    walk: async (it) => {
      await it.identifies("password");
      it.presses("forgot");
    },
    slip: unlike,
  },
  {
    name: "change-password",
    step: "change-password",
    says: "Another password, signed in",
    attributes: { "first-factor": "password" },
    customer: someone,
    walk: async (it) => {
      await it.identifies("password");
      await it.sends({ "password-input": PASSWORD });
      await it.reaches("signed-in");
      it.login.changePassword();
    },
    slip: (it) => it.sends({ "password-input": "not this one", "new-password-input": "a new password", "confirm-password-input": "a new password" }),
  },
  {
    name: "second-identify",
    step: "second-identify",
    says: "Second factor: by which address?",
    attributes: { "second-factor-identifier": "email" },
    customer: enrolled,
    walk: (it) => both(it, "second-identify"),
    slip: (it) => it.sends({ "identifier-input": "nobody" }),
  },
  {
    name: "second-code",
    step: "second-code",
    says: "Second factor: another code",
    attributes: { "second-factor-method": "otp" },
    customer: enrolled,
    walk: (it) => both(it, "second-code"),
    slip: wrongCode,
  },
  {
    name: "second-password",
    step: "second-password",
    says: "Second factor: the password there is",
    attributes: { "second-factor-method": "password" },
    customer: { ...enrolled, mfa_password: SECOND },
    walk: (it) => both(it, "second-password"),
    slip: (it) => it.sends({ "password-input": "not this one" }),
  },
  {
    name: "second-new-password",
    step: "second-new-password",
    says: "Second factor: the first password",
    attributes: { "second-factor-method": "password" },
    customer: enrolled,
    walk: (it) => both(it, "second-new-password"),
    slip: unlike,
  },
  {
    name: "signed-in",
    step: "signed-in",
    says: "Done",
    attributes: {},
    customer: someone,
    walk: (it) => both(it, "signed-in"),
    // Nothing is asked here.
    slip: null,
  },
  {
    name: "stuck",
    step: "stuck",
    says: "Only the shop can help",
    attributes: { brand: "Elsewhere" },
    walk: (it) => it.identifies("stuck"),
    // It is what went wrong.
    slip: null,
  },
];
