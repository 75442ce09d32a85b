/** @jsxImportSource solid-js */
import type {} from "ae-login/types/solid";

export function Login(settings: { isSignedIn: boolean }) {
  return (
    <ae-login
      base-url="https://engine.example"
      brand="DocDemo"
      identifiers="mobile email"
      otp-length={6}
      max-idle="off"
      no-renew={settings.isSignedIn}
      prop:requestHeaders={{ "x-shop": "pip" }}
      prop:messages={{ continue: "Go on" }}
      on:ae-signed-in={({ detail }) => console.log(detail.session.userId, detail.restored)}
    >
      <a slot="header">Shop</a>
    </ae-login>
  );
}

export const wrong = [
  // @ts-expect-error The brand is missing.
  <ae-login base-url="https://engine.example" />,
  // @ts-expect-error
  <ae-login base-url="https://engine.example" brand="DocDemo" storage="cookie" />,
  // @ts-expect-error
  <ae-login base-url="https://engine.example" brand="DocDemo" otp-length="six" />,
  // @ts-expect-error
  <ae-login base-url="https://engine.example" brand="DocDemo" prop:messages={{ greeting: "Go on" }} />,
  // @ts-expect-error
  <ae-login base-url="https://engine.example" brand="DocDemo" on:ae-step={({ detail }) => detail.reason} />,
];
