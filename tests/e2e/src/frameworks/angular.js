// `<ae-login>` in a template of Angular, which compiles it in the page.

import "@angular/compiler";
import { Component, CUSTOM_ELEMENTS_SCHEMA, createComponent, signal } from "@angular/core";
import { createApplication } from "@angular/platform-browser";

const template = `
  @if (view(); as view) {
    <ae-login
      [attr.base-url]="view.settings.baseUrl"
      [attr.brand]="view.settings.brand"
      [otpLength]="view.settings.otpLength"
      [noRenew]="view.settings.noRenew"
      [locale]="view.settings.locale"
      [messages]="view.settings.messages"
      [requestHeaders]="view.settings.requestHeaders"
      (ae-ready)="handle($event)"
      (ae-step)="handle($event)"
    >
      @for (child of view.children; track child.text) {
        @switch (child.tag) {
          @case ("b") { <b [attr.slot]="child.slot">{{ child.text }}</b> }
          @case ("p") { <p [attr.slot]="child.slot">{{ child.text }}</p> }
          @default { {{ child.text }} }
        }
      }
    </ae-login>
  }
`;

class Page {
  view = signal();
  /** @param {Event} event */
  handle(event) {
    this.view()?.listeners[event.type]?.(event);
  }
}
const page = Component({ selector: "shop-page", schemas: [CUSTOM_ELEMENTS_SCHEMA], template })(Page) ?? Page;

/** Mounts into a container and returns a function that renders a view. */
export async function angular(container) {
  const application = await createApplication();
  const host = container.appendChild(document.createElement("shop-page"));
  const component = createComponent(page, { environmentInjector: application.injector, hostElement: host });
  application.attachView(component.hostView);
  return (view) => {
    component.instance.view.set(view);
    application.tick();
  };
}
