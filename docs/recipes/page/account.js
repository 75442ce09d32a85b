// Shows who is signed in, and the orders of that customer. `docs/recipes/backend-node` has an API for it.

// The files of the widget, from `dist`, are in the folder `ae-login` beside this file.
import "./ae-login/ae-login.js";

const API = "https://api.shop.example";

const login = document.querySelector("ae-login");
const customer = document.querySelector("#customer");
const orders = document.querySelector("#orders");

// A session that began in an earlier page or in another tab is announced by the same event.
login.addEventListener("ae-signed-in", async ({ detail: { session } }) => {
  customer.textContent = `You are signed in as ${session.identifierValue}.`;
  orders.textContent = "Loading your orders …";
  const text = await loadOrders().catch(() => "Your orders cannot be loaded. Please try again later.");
  // The customer may have signed out in the meantime, or another one may have signed in.
  if (login.session?.userId === session.userId) orders.textContent = text;
});

login.addEventListener("ae-signed-out", () => {
  customer.textContent = "You are not signed in.";
  orders.textContent = "";
});

/** Calls the API with the token. The widget renews the token before that if it must. */
async function loadOrders() {
  const response = await login.fetch(`${API}/orders`);
  if (!response.ok) throw new Error(`status ${response.status}`);
  const { orders } = await response.json();
  return orders.length === 0 ? "You have no orders yet." : `Your orders: ${orders.length}`;
}
