//! The device id of this browser, which requests of the second factor carry (contract §1.5).

use js_sys::Uint32Array;
use web_sys::{Storage, window};

use crate::login::config::Settings;
use crate::login::decimal::decimal;

const KEY: &str = "ae-login:device";

thread_local! {
    static ID: std::cell::OnceCell<String> = const { std::cell::OnceCell::new() };
}

/// Returns the value of the attribute `device-id`, or else a random id that the browser keeps.
pub(crate) fn device_id(settings: &Settings) -> String {
    settings.device_id.clone().unwrap_or_else(stored_id)
}

/// Returns the random id: four numbers of 32 bits with hyphens between them. It is generated at the first call and kept in
/// `localStorage`. Without `localStorage` it lasts as long as the page.
fn stored_id() -> String {
    let storage = window().and_then(|window| window.local_storage().ok().flatten());
    let stored = |storage: &Storage| storage.get_item(KEY).ok().flatten();
    if let Some(id) = storage.as_ref().and_then(stored) {
        return id;
    }
    let id = ID.with(|id| id.get_or_init(random_id).clone());
    if let Some(storage) = storage {
        // If storage is full, the id lasts as long as the page.
        let _ = storage.set_item(KEY, &id);
    }
    id
}

fn random_id() -> String {
    let numbers = Uint32Array::new_with_length(4);
    let crypto = window().and_then(|window| window.crypto().ok());
    if let Some(crypto) = crypto {
        // The call fails above 65,536 bytes only.
        let _ = crypto.get_random_values_with_array_buffer_view(&numbers);
    }
    let numbers = numbers.to_vec().into_iter();
    let texts: Vec<_> = numbers.map(|number| decimal(number.into())).collect();
    texts.join("-")
}
