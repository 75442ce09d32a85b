// The browser of a phone, which reads codes from messages, in the hands of a scenario: `messages` is what was asked for, and each can be answered.

window.OTPCredential ??= class {};
window.messages = [];

const get = ({ otp, signal }) =>
  new Promise((resolve, reject) => {
    const message = { transport: otp.transport, isGivenUp: false, brings: (code) => resolve({ code }), fails: reject };
    signal.addEventListener("abort", () => (message.isGivenUp = true));
    window.messages.push(message);
  });

Object.defineProperty(navigator, "credentials", { value: { get } });
Object.defineProperty(navigator, "userAgentData", { value: { mobile: true } });
