import { StrictMode } from "react";
import { createRoot } from "react-dom/client";

import { Account } from "./Account";

createRoot(document.querySelector("#root")!).render(
  <StrictMode>
    <Account />
  </StrictMode>,
);
