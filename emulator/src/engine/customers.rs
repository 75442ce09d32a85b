//! Customers the engine is told of, one by one or as a whole scene.

use super::Engine;
use crate::demo_scenes::{SCENES, Scene};
use crate::settings::Customer;

impl Engine {
    /// Registers a customer of whom no more is known than this, with a new number if none is given, and says which number it is.
    /// Any other customer can be put into the settings.
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

    /// A customer number that nobody has yet.
    pub fn new_uid(&mut self) -> String {
        self.state.customers.new_uid()
    }

    /// Becomes the brand of a scene: sessions, tokens, keys, customers and faults go, the outbox and the journal stay.
    ///
    /// # Errors
    ///
    /// No scene of this name.
    pub fn set_scene(&mut self, name: &str) -> Result<&'static Scene, String> {
        let scene = Scene::named(name).ok_or_else(|| {
            let legal: Vec<_> = SCENES.iter().map(|scene| scene.name).collect();
            format!(
                "no scene is called {name:?}: legal are {}",
                legal.join(", ")
            )
        })?;
        scene.set(&mut self.settings);
        self.state.clear();
        self.faults.clear();
        Ok(scene)
    }
}
