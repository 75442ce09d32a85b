//! Customers registered while it runs.

use serde_json::{Value, json};

use super::{object, take_string};
use crate::engine::Engine;
use crate::settings::Customer;

/// Registers a customer under an identifier, with any field a customer has in the settings. Without a number they get a new one.
pub(super) fn add_customer(engine: &mut Engine, body: &[u8]) -> Result<Value, String> {
    let mut fields = object(body)?;
    let identifier = take_string(&mut fields, "identifier")?;
    if identifier.is_empty() {
        return Err(
            "identifier is empty: legal is a mobile number, an e-mail address or a name".to_owned(),
        );
    }
    if fields.get("uid").is_none_or(Value::is_null) {
        fields.insert("uid".to_owned(), engine.new_uid().into());
    }
    let customer: Customer =
        serde_json::from_value(fields.into()).map_err(|problem| problem.to_string())?;
    customer
        .validate()
        .map_err(|(field, found, legal)| format!("{field} is {found:?}: legal are {legal}"))?;
    let mut answer = json!({ "identifier": identifier });
    let written = serde_json::to_value(&customer).map_err(|problem| problem.to_string())?;
    engine
        .settings_mut()
        .customers
        .insert(identifier.clone(), customer);
    if let (Value::Object(answer), Value::Object(written)) = (&mut answer, written) {
        answer.extend(written);
    }
    Ok(answer)
}
