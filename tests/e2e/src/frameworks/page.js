// `<ae-login>` in frameworks. The checks are those of custom-elements-everywhere.com, with this element: properties and attributes,
// events, and children that change while the form is shown.

import * as preact from "preact";
import { createElement } from "react";
import { flushSync } from "react-dom";
import { createRoot } from "react-dom/client";
import { createSignal } from "solid-js";
import html from "solid-js/h";
import { render as renderSolid } from "solid-js/web";
import { flushSync as flushSvelte, mount } from "svelte";
import { writable } from "svelte/store";
import { createApp, h, nextTick, shallowRef } from "vue";

import { angular } from "./angular.js";
import Login from "./Login.svelte";

/**
 * What a framework is to render; undefined removes the element.
 * @typedef {{ settings: Record<string, unknown>, listeners: Record<string, (event: CustomEvent) => void>, children: Child[] }} View
 * @typedef {{ tag?: string, slot?: string, text: string }} Child
 */

/** The properties of a React or Preact element. A listener has the name of its event behind `on`. */
const propertiesOf = ({ settings, listeners }) => ({
  ...settings,
  ...Object.fromEntries(Object.entries(listeners).map(([name, listener]) => [`on${name}`, listener])),
});
const childOf = (create, { tag, slot, text }) => (tag ? create(tag, { key: text, slot }, text) : text);
/** One text is passed as it is, because frameworks treat that in another way than a list. */
const childrenOf = (create, children) => {
  const [first, second] = children;
  return first && !first.tag && !second ? first.text : children.map((child) => childOf(create, child));
};

/** Each function mounts into a container and returns a function that renders a view. */
const frameworks = {
  react(container) {
    const root = createRoot(container);
    const element = (view) => createElement("ae-login", propertiesOf(view), childrenOf(createElement, view.children));
    return (view) => flushSync(() => root.render(view && element(view)));
  },
  preact(container) {
    const element = (view) => preact.h("ae-login", propertiesOf(view), childrenOf(preact.h, view.children));
    return (view) => preact.render(view ? element(view) : null, container);
  },
  vue(container) {
    const current = shallowRef();
    const capitalized = (name) => name.replace(/(^|-)./g, (start) => start.at(-1).toUpperCase());
    const element = ({ settings, listeners, children }) => {
      const events = Object.entries(listeners).map(([name, listener]) => [`on${capitalized(name)}`, listener]);
      return h("ae-login", { ...settings, ...Object.fromEntries(events) }, childrenOf(h, children));
    };
    createApp({ setup: () => () => current.value && element(current.value) }).mount(container);
    return (view) => {
      current.value = view;
      return nextTick();
    };
  },
  svelte(container) {
    const store = writable();
    mount(Login, { target: container, props: { store } });
    return (view) => {
      store.set(view);
      flushSvelte();
    };
  },
  solid(container) {
    const [view, setView] = createSignal();
    const create = (tag, { slot }, text) => html(tag, slot ? { slot } : {}, text);
    const setting = (name) => () => view()?.settings[name];
    const listener = (name) => (event) => view()?.listeners[name]?.(event);
    const element = () =>
      html(
        "ae-login",
        {
          "base-url": setting("baseUrl"),
          brand: setting("brand"),
          "otp-length": setting("otpLength"),
          "no-renew": setting("noRenew"),
          locale: setting("locale"),
          "prop:messages": setting("messages"),
          "prop:requestHeaders": setting("requestHeaders"),
          "on:ae-ready": listener("ae-ready"),
          "on:ae-step": listener("ae-step"),
        },
        () => childrenOf(create, view()?.children ?? []),
      );
    const [isShown, setShown] = createSignal(false);
    renderSolid(() => () => (isShown() ? element() : null), container);
    return (next) => {
      if (next) setView(() => next);
      setShown(!!next);
    };
  },
  angular,
};

/** Waits until a condition holds, and checks it in each frame. */
const until = async (condition, what) => {
  for (const start = performance.now(); !condition(); ) {
    if (performance.now() - start > 8000) throw new Error(`timeout: ${what}`);
    await new Promise(requestAnimationFrame);
  }
};

const isShown = (node) => {
  const range = document.createRange();
  range.selectNode(node);
  return range.getClientRects().length > 0;
};

/** Runs all checks with a framework. Throws at the first one that fails. */
async function check(name, baseUrl) {
  const container = document.body.appendChild(document.createElement("section"));
  const render = await frameworks[name](container);
  const expect = (is, what) => {
    if (!is) throw new Error(`${what}: ${container.innerHTML}`);
  };
  const heard = { first: [], second: [] };
  const listen = (list) => ({ "ae-ready": ({ type, detail }) => list.push(type, typeof detail.version), "ae-step": ({ type }) => list.push(type) });
  const requestHeaders = { "x-shop": name };
  const settings = { baseUrl, brand: "DocDemo", otpLength: 4, noRenew: true, locale: "en", messages: { continue: "Go" }, requestHeaders };
  const header = { tag: "b", slot: "header", text: "Shop" };
  const please = { text: "Please wait" };
  const view = { settings, listeners: listen(heard.first), children: [header, please, { tag: "p", text: "Help" }] };

  await render(view);
  const element = container.querySelector("ae-login");
  await until(() => element.getAttribute("step") === "identify", "the form");
  expect(element.requestHeaders === requestHeaders, "an object is a property");
  expect(element.messages.continue === "Go", "messages");
  // The texts of the page wait for the list of their names, which is a file.
  await until(() => element.querySelector("[part~=submit]").textContent.startsWith("Go"), "the text of the button");
  const attributes = ["base-url", "brand", "otp-length", "no-renew", "locale"].map((attribute) => element.getAttribute(attribute));
  expect(JSON.stringify(attributes) === JSON.stringify([baseUrl, "DocDemo", "4", "", "en"]), `attributes ${attributes}`);
  expect(!element.outerHTML.includes("[object"), "no object in an attribute");
  await until(() => heard.first.length, "the event");
  expect(heard.first.slice(0, 2).join() === "ae-ready,string", `events ${heard.first}`);

  const input = element.querySelector("[part~=input]");
  input.value = "+91 9999";
  const expectChildren = (children) => {
    const own = [...element.childNodes].filter((node) => node.slot !== "form" && node.textContent.trim());
    const texts = own.map(({ textContent }) => textContent.trim());
    expect(texts.join() === children.map(({ text }) => text).join(), `children ${texts}`);
    for (const node of own) expect(isShown(node) === (node.slot === "header"), `whether ${node.textContent} is shown`);
    expect(element.querySelector("[part~=input]") === input && input.value === "+91 9999" && isShown(input), "the form and its text");
  };
  expectChildren(view.children);
  const lists = [
    [{ tag: "p", text: "Call us" }, header, { tag: "p", text: "Help" }, { text: "or write" }],
    [{ tag: "p", text: "Help" }, { tag: "p", text: "Call us" }],
    [{ text: "Wait" }],
    [{ text: "Wait a moment" }],
    [],
    [header, please],
  ];
  for (const children of lists) {
    const changed = { ...settings, noRenew: children.length < 2, locale: children.length ? "en" : undefined };
    await render({ settings: changed, listeners: listen(heard.second), children });
    // The element puts back what a framework has removed with its own texts.
    await new Promise((resolve) => setTimeout(resolve));
    expectChildren(children);
    expect(element.noRenew === children.length < 2, "a boolean");
    expect(element.hasAttribute("locale") === children.length > 0, "a property that is unset");
  }
  element.dispatchEvent(new CustomEvent("ae-step", { detail: {} }));
  expect(heard.second.includes("ae-step") && !heard.first.includes("ae-step", 3), "listeners that were replaced");

  await render(undefined);
  expect(!container.querySelector("ae-login"), "the element is removed");
  await render(view);
  await until(() => container.querySelector("ae-login")?.getAttribute("step") === "identify", "the form of another element");
  await render(undefined);
}

/** Runs all checks with all frameworks, and returns what has failed. */
window.checkFrameworks = async (baseUrl) => {
  const failures = [];
  for (const name of Object.keys(frameworks)) {
    await check(name, baseUrl).catch((problem) => failures.push(`${name}: ${problem.message}`));
  }
  return failures;
};
