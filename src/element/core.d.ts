// The types of the functions that `src/element/mod.rs` exports. `tests/contract/public_names.rs` checks that both have the same names.

import type { CountryList } from "../browser/countries.js";
import type { LocaleController } from "../browser/locale.js";
import type { FormRoot } from "./form-root.js";

/** Starts the wasm. `instantiate` returns an instance of it, or an object like one. */
export default function init(instantiate: (imports: WebAssembly.Imports) => Promise<{ exports: object }>): Promise<unknown>;

export function connect(
  target: EventTarget,
  attributes: Map<string, string>,
  root?: FormRoot,
  locale?: LocaleController,
  countries?: CountryList,
): number;
export function activate(id: number): void;
export function disconnect(id: number): void;
export function attributes_changed(id: number, attributes: Map<string, string>): void;
export function session(id: number): string | undefined;
export function get_token(
  id: number,
  min_validity: number,
  resolve: (token: string) => void,
  reject: (kind: string, code: number | null, retryable: boolean) => void,
): void;
export function may_receive_token(id: number, url: string): boolean;
export function token_headers(id: number, token: string): string[];
export function replacement_token(id: number, status: number, refused: string, resolve: (token?: string) => void): void;
export function sign_out(id: number): void;
export function change_password(id: number): void;
export function dialog_toggled(id: number, is_open: boolean): void;
export function restart(id: number): void;
export function texts_changed(id: number): void;
export function countries_loaded(id: number, table: string): void;
export function on_form_event(id: number, event: Event): void;
