// The import of the widget stands here, so that the element is defined before React renders it: React then sets properties.
import "ae-login";
import type { AeLoginSession } from "ae-login";
import type {} from "ae-login/types/react";
import { useState } from "react";

/** Headers for the proxy in front of the engine. */
const HEADERS = { "x-shop": "react" };

export function Account() {
  const [session, setSession] = useState<AeLoginSession>();
  return (
    <>
      <h1>Mein Konto</h1>
      {session && <p>Hallo {session.identifierValue}</p>}
      <ae-login
        baseUrl="https://eu.api.capillarytech.com"
        brand="DocDemo"
        requestHeaders={HEADERS}
        onae-signed-in={({ detail }) => setSession(detail.session)}
        onae-signed-out={() => setSession(undefined)}
      >
        <p>Die Anmeldung braucht JavaScript und WebAssembly.</p>
      </ae-login>
    </>
  );
}
