//! Lists scenes and switches to one.

use serde_json::{Value, json};

use super::{parse_object, take_string};
use crate::demo_scenes::SCENES;
use crate::engine::Engine;

pub(super) fn list() -> Value {
    json!({ "scenes": SCENES })
}

/// Switches to the scene with the field `name`. The response is the scene, with what a demonstration page needs.
pub(super) fn switch(engine: &mut Engine, body: &[u8]) -> Result<Value, String> {
    let mut fields = parse_object(body)?;
    let name = take_string(&mut fields, "name")?;
    if let Some((other, _)) = fields.iter().next() {
        return Err(format!("unknown field {other:?} of a scene: expected name"));
    }
    let scene = engine.set_scene(&name)?;
    serde_json::to_value(scene).map_err(|error| error.to_string())
}
