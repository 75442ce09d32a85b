import { connection } from "next/server";

import Login from "./login.jsx";

export default async function Account() {
  // The policy in proxy.js has a nonce, so each request gets a page of its own.
  await connection();
  return (
    <main>
      <h1>Mein Konto</h1>
      <Login />
    </main>
  );
}
