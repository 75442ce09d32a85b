// A shop's script for Hanko: defines the elements, and asks whether the customer has a session.

import { register } from "@teamhanko/hanko-elements";

const { hanko } = await register(location.origin);
const { is_valid: isValid } = await hanko.validateSession();
window.sessionIsKnown(isValid);
