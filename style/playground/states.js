// The states of the form that the playground shows. Each has attributes of the element, optionally a customer to register at the
// emulator, and functions that act as a user.
//
// `reach` goes from the first step to the state. `makeMistake` then enters something wrong; it is null if the state has no input. Both
// receive the user of frame.js, who operates the real element against the emulator.

/** The code of every message. */
export const CODE = "482913";
const PASSWORD = "correct horse";
const SECOND_PASSWORD = "battery staple";

/** The settings of the emulator for all states. */
export const SETTINGS = {
  brands: ["DocDemo"],
  code: CODE,
  password_brand: true,
  mfa_password: true,
  session_life_s: 3600,
  mfa_session_life_s: 3600,
  otp_life_s: 3600,
};

const registered = { password: PASSWORD };
const enrolled = { ...registered, mfa: true };
const enterWrongCode = (user) => user.submit({ "code-input": "000000" });
const enterDifferentPasswords = (user) => user.submit({ "new-password-input": "a new password", "confirm-password-input": "another one" });
const passFirstFactor = async (user, step) => {
  await user.identify("code");
  await user.submit({ "code-input": CODE });
  await user.waitForStep(step);
};

export const STATES = [
  {
    name: "identify",
    step: "identify",
    description: "Enter a mobile number or email",
    attributes: { identifiers: "mobile email", remember: "ask" },
    reach: async () => {},
    makeMistake: (user) => user.submit({ "identifier-input": "nobody" }),
  },
  {
    name: "identify-address",
    step: "identify",
    description: "After a user name: enter an address for the code",
    attributes: { identifiers: "username" },
    reach: async (user) => {
      await user.submit({ "identifier-input": `grace${user.number.slice(-5)}` });
      await user.waitForElement('[part~="back"]');
    },
    makeMistake: (user) => user.submit({ "identifier-input": "nobody" }),
  },
  {
    name: "code",
    step: "code",
    description: "Enter the code",
    attributes: { "fallback-channels": "WHATSAPP" },
    customer: registered,
    reach: (user) => user.identify("code"),
    makeMistake: enterWrongCode,
  },
  {
    name: "code-again",
    step: "code",
    description: "A second code was requested",
    attributes: { "first-factor": "auto", "resend-after": "0" },
    customer: registered,
    reach: async (user) => {
      await user.identify("password");
      user.click("use-code");
      await user.waitForStep("code");
      user.click("resend");
      await user.waitForElement('[part~="notice"]:not(:empty)');
    },
    makeMistake: (user) => user.submit({ "code-input": "12" }),
  },
  {
    name: "password",
    step: "password",
    description: "Enter the password",
    attributes: { "first-factor": "auto" },
    customer: registered,
    reach: (user) => user.identify("password"),
    makeMistake: (user) => user.submit({ "password-input": "not this one" }),
  },
  {
    name: "new-password",
    step: "new-password",
    description: "Choose the first password",
    attributes: { "first-factor": "password", "password-pattern": ".{8,}", "password-hint": "At least 8 characters" },
    reach: (user) => user.identify("new-password"),
    makeMistake: (user) => user.submit({ "new-password-input": "short", "confirm-password-input": "short" }),
  },
  {
    name: "forgot-password",
    step: "forgot-password",
    description: "Replace a forgotten password",
    attributes: { "first-factor": "password" },
    customer: registered,
    reach: async (user) => {
      await user.identify("password");
      user.click("forgot");
    },
    makeMistake: enterDifferentPasswords,
  },
  {
    name: "change-password",
    step: "change-password",
    description: "Change the password while signed in",
    attributes: { "first-factor": "password" },
    customer: registered,
    reach: async (user) => {
      await user.identify("password");
      await user.submit({ "password-input": PASSWORD });
      await user.waitForStep("signed-in");
      user.element.changePassword();
    },
    makeMistake: (user) => user.submit({ "password-input": "not this one", "new-password-input": "a new password", "confirm-password-input": "a new password" }),
  },
  {
    name: "second-identify",
    step: "second-identify",
    description: "Second factor: enter another identifier",
    attributes: { "second-factor-identifier": "email" },
    customer: enrolled,
    reach: (user) => passFirstFactor(user, "second-identify"),
    makeMistake: (user) => user.submit({ "identifier-input": "nobody" }),
  },
  {
    name: "second-code",
    step: "second-code",
    description: "Second factor: enter the code",
    attributes: { "second-factor-method": "otp" },
    customer: enrolled,
    reach: (user) => passFirstFactor(user, "second-code"),
    makeMistake: enterWrongCode,
  },
  {
    name: "second-password",
    step: "second-password",
    description: "Second factor: enter the password",
    attributes: { "second-factor-method": "password" },
    customer: { ...enrolled, mfa_password: SECOND_PASSWORD },
    reach: (user) => passFirstFactor(user, "second-password"),
    makeMistake: (user) => user.submit({ "password-input": "not this one" }),
  },
  {
    name: "second-new-password",
    step: "second-new-password",
    description: "Second factor: choose the first password",
    attributes: { "second-factor-method": "password" },
    customer: enrolled,
    reach: (user) => passFirstFactor(user, "second-new-password"),
    makeMistake: enterDifferentPasswords,
  },
  {
    name: "signed-in",
    step: "signed-in",
    description: "Signed in",
    attributes: {},
    customer: registered,
    reach: (user) => passFirstFactor(user, "signed-in"),
    // There is no input in this state.
    makeMistake: null,
  },
  {
    name: "stuck",
    step: "stuck",
    description: "Sign-in isn't available",
    attributes: { brand: "Elsewhere" },
    reach: (user) => user.identify("stuck"),
    // This state is itself an error.
    makeMistake: null,
  },
];
