//! Registers customers, one at a time or with a scene.

use super::Engine;
use crate::demo_scenes::{SCENES, Scene};
use crate::settings::Customer;

impl Engine {
    /// Registers a customer under an identifier and returns the customer's number.
    ///
    /// Without a `uid` the customer gets a new number. With `registered_for_password` the customer has a password that no text
    /// matches. To register a customer with more fields, add a [`Customer`] to the settings.
    ///
    /// ```
    /// use ae_engine::{Engine, Settings};
    ///
    /// let mut engine = Engine::new(Settings::documented(), 1);
    /// assert_eq!(engine.register_customer("ada@example.org", Some("4068291"), false), "4068291");
    /// assert_eq!(engine.settings().customers["ada@example.org"].uid, "4068291");
    /// ```
    pub fn register_customer(
        &mut self,
        identifier: &str,
        uid: Option<&str>,
        registered_for_password: bool,
    ) -> String {
        let uid = uid.map_or_else(|| self.new_uid(), str::to_owned);
        let customer = Customer {
            registered_for_password,
            ..Customer::new(uid.clone())
        };
        self.settings
            .customers
            .insert(identifier.to_owned(), customer);
        uid
    }

    /// Returns a customer number that has not been given out before.
    pub fn new_uid(&mut self) -> String {
        self.state.customers.new_uid()
    }

    /// Switches to a scene: its settings and customers replace the current ones.
    ///
    /// Sessions, issued tokens, keys and faults are removed; the outbox and the journal stay. [`Scene`] says which settings stay.
    ///
    /// # Errors
    ///
    /// There is no scene with this name. The error is a sentence that lists the valid names.
    pub fn set_scene(&mut self, name: &str) -> Result<&'static Scene, String> {
        let scene = Scene::named(name).ok_or_else(|| {
            let names: Vec<_> = SCENES.iter().map(|scene| scene.name).collect();
            format!(
                "unknown scene {name:?}: expected one of {}",
                names.join(", ")
            )
        })?;
        scene.apply(&mut self.settings);
        self.state.clear();
        self.faults.clear();
        Ok(scene)
    }
}
