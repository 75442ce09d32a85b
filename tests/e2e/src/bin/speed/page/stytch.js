// A shop's script for Stytch: defines the element, draws the form with a code by email, and asks whether the customer has a session.

import { Products, StytchUI, createStytchClient } from "@stytch/vanilla-js";

const client = createStytchClient("public-token-test-00000000-0000-4000-8000-000000000000", { endpoints: { testAPIURL: location.origin } });
customElements.define("stytch-ui", StytchUI);
const config = { products: [Products.otp], otpOptions: { methods: ["email"], expirationMinutes: 5 }, sessionOptions: { sessionDurationMinutes: 60 } };
document.querySelector("stytch-ui").render({ client, config });
window.sessionIsKnown(client.session.getInfo().session);
