// A phone's browser that reads codes from messages (WebOTP). `messages` are the requests for a message, each of which a scenario can answer.

window.OTPCredential ??= class {};
window.messages = [];

const get = ({ otp, signal }) =>
  new Promise((resolve, reject) => {
    const message = { transport: otp.transport, isAborted: false, deliver: (code) => resolve({ code }), refuse: reject };
    signal.addEventListener("abort", () => (message.isAborted = true));
    window.messages.push(message);
  });

Object.defineProperty(navigator, "credentials", { value: { get } });
Object.defineProperty(navigator, "userAgentData", { value: { mobile: true } });
