"use client";

import { useEffect } from "react";

export default function Login() {
  // In an effect, so that React finds the element as the server has rendered it.
  useEffect(() => void import("ae-login"), []);
  return (
    <ae-login base-url="https://eu.api.capillarytech.com" brand="DocDemo">
      <p>Die Anmeldung braucht JavaScript und WebAssembly.</p>
    </ae-login>
  );
}
