// A shop's script for Supabase UI: draws the form, or restores the session of the customer.

import { createElement } from "react";
import { createRoot } from "react-dom/client";
import { createClient } from "@supabase/supabase-js";
import { Auth } from "@supabase/auth-ui-react";
import { ThemeSupa } from "@supabase/auth-ui-shared";

const supabaseClient = createClient(location.origin, "key");
const settings = { supabaseClient, appearance: { theme: ThemeSupa }, providers: [] };
createRoot(document.querySelector("#form")).render(createElement(Auth, settings));
const { data } = await supabaseClient.auth.getSession();
window.sessionIsKnown(data.session);
