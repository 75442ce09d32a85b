/** @jsxImportSource react */
import type { AeLoginElement } from "ae-login";
import type {} from "ae-login/types/react";
import { useRef } from "react";

export function Login({ isSignedIn }: { isSignedIn: boolean }) {
  const login = useRef<AeLoginElement>(null);
  return (
    <ae-login
      ref={login}
      className="login"
      baseUrl="https://engine.example"
      brand="DocDemo"
      identifiers="mobile email"
      otpLength={6}
      maxIdle="off"
      noRenew={isSignedIn}
      requestHeaders={{ "x-shop": "pip" }}
      messages={{ continue: "Go on" }}
      onae-signed-in={({ detail }) => console.log(detail.session.userId, detail.restored)}
      onae-error={(event) => event.detail.kind === "network" && login.current?.show()}
    >
      <a slot="header">Shop</a>
    </ae-login>
  );
}

export const wrong = [
  // @ts-expect-error The brand is missing.
  <ae-login baseUrl="https://engine.example" />,
  // @ts-expect-error
  <ae-login baseUrl="https://engine.example" brand="DocDemo" storage="cookie" />,
  // @ts-expect-error
  <ae-login baseUrl="https://engine.example" brand="DocDemo" identifiers="mobile fax" />,
  // @ts-expect-error
  <ae-login baseUrl="https://engine.example" brand="DocDemo" otpLength="six" />,
  // @ts-expect-error
  <ae-login baseUrl="https://engine.example" brand="DocDemo" dialog="dialog" />,
  // @ts-expect-error
  <ae-login baseUrl="https://engine.example" brand="DocDemo" messages={{ greeting: "Go on" }} />,
  // @ts-expect-error
  <ae-login baseUrl="https://engine.example" brand="DocDemo" onae-step={({ detail }) => detail.reason} />,
];
