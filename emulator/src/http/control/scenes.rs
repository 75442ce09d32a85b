//! Scenes: listed, and set.

use serde_json::{Value, json};

use super::{object, take_string};
use crate::demo_scenes::SCENES;
use crate::engine::Engine;

pub(super) fn list() -> Value {
    json!({ "scenes": SCENES })
}

/// Makes the emulator the brand of a scene, and tells what a page needs to show it.
pub(super) fn set(engine: &mut Engine, body: &[u8]) -> Result<Value, String> {
    let mut fields = object(body)?;
    let name = take_string(&mut fields, "name")?;
    if let Some((other, _)) = fields.iter().next() {
        return Err(format!("a scene has no field {other:?}: legal is name"));
    }
    let scene = engine.set_scene(&name)?;
    serde_json::to_value(scene).map_err(|problem| problem.to_string())
}
