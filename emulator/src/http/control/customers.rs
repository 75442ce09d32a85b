//! Registers customers.

use serde_json::{Value, json};

use super::{parse_object, take_string};
use crate::engine::Engine;
use crate::settings::Customer;

/// Registers a customer under the field `identifier`, with any field that a customer has in the settings.
///
/// Without a `uid` the customer gets a new number. The response is the identifier and the customer's fields.
pub(super) fn register(engine: &mut Engine, body: &[u8]) -> Result<Value, String> {
    let mut fields = parse_object(body)?;
    let identifier = take_string(&mut fields, "identifier")?;
    if identifier.is_empty() {
        return Err(
            "identifier is empty: expected a mobile number, an e-mail address or a name".to_owned(),
        );
    }
    if fields.get("uid").is_none_or(Value::is_null) {
        fields.insert("uid".to_owned(), engine.new_uid().into());
    }
    let customer: Customer =
        serde_json::from_value(fields.into()).map_err(|error| error.to_string())?;
    customer
        .validate()
        .map_err(|(field, found, expected)| format!("{field} is {found:?}: expected {expected}"))?;
    let mut response = json!({ "identifier": identifier });
    let customer_json = serde_json::to_value(&customer).map_err(|error| error.to_string())?;
    engine
        .settings_mut()
        .customers
        .insert(identifier.clone(), customer);
    if let (Value::Object(response), Value::Object(fields)) = (&mut response, customer_json) {
        response.extend(fields);
    }
    Ok(response)
}
