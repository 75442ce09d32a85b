//! Elements and texts as data, drawn by Leptos' renderer.
//!
//! The renderer's own elements keep tags, attributes and children in types, so each combination is compiled on its own. These
//! screens keep their shape as long as they last: only texts and attribute values change. One type for all of it, drawn by
//! one function, made the wasm 4.5 KB (brotli) smaller.

use std::borrow::Cow;

use tachys::renderer::types::{Element, Node, Text};
use tachys::renderer::{CastFrom, Rndr};
use tachys::view::{Mountable, Render};
use wasm_bindgen::prelude::*;

// The renderer's own way to these first looks for the page in all places where JavaScript may run at all: 693 bytes of the page (brotli).
#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = document, js_name = createElement)]
    fn create_element(name: &str) -> Element;
    #[wasm_bindgen(js_namespace = document, js_name = createTextNode)]
    fn create_text_node(words: &str) -> Text;
}

/// A text that may be missing.
pub(super) type Words = Option<Cow<'static, str>>;

/// A part of a screen.
pub(super) enum Piece {
    /// A text.
    Words(Words),
    /// An element.
    Tag(Tag),
}

/// An element with its attributes and what is in it; an attribute without a value is not there.
pub(super) struct Tag {
    name: &'static str,
    marks: Vec<(&'static str, Words)>,
    children: Vec<Piece>,
}

impl Tag {
    /// An element of a part: the name that pages style it by.
    pub(super) fn new(name: &'static str, part: &'static str) -> Self {
        let mut tag = Self {
            name,
            marks: Vec::new(),
            children: Vec::new(),
        };
        tag.set("part", part);
        tag
    }

    /// Gives it an attribute that is always there.
    pub(super) fn set(&mut self, name: &'static str, value: &'static str) -> &mut Self {
        self.put(name, Some(Cow::Borrowed(value)))
    }

    /// Gives it an attribute that may be missing.
    pub(super) fn put(&mut self, name: &'static str, value: Words) -> &mut Self {
        self.marks.push((name, value));
        self
    }

    /// Puts a text into it.
    pub(super) fn say(&mut self, words: Words) -> &mut Self {
        self.children.push(Piece::Words(words));
        self
    }

    /// Puts an element into it.
    pub(super) fn add(&mut self, tag: Tag) -> &mut Self {
        self.children.push(Piece::Tag(tag));
        self
    }
}

/// A piece that is on the page.
pub(super) enum Drawn {
    /// A text and what it says.
    Words(Text, Words),
    /// An element, the values of its attributes, and what is in it.
    Element(Element, Vec<Words>, Vec<Drawn>),
}

impl Render for Piece {
    type State = Drawn;

    fn build(self) -> Drawn {
        match self {
            Self::Words(words) => Drawn::Words(
                create_text_node(words.as_deref().unwrap_or_default()),
                words,
            ),
            Self::Tag(Tag {
                name,
                marks,
                children,
            }) => {
                let element = create_element(name);
                let mut values = Vec::new();
                for (name, value) in marks {
                    set(&element, name, value.as_deref());
                    values.push(value);
                }
                let children = fill(&element, children);
                Drawn::Element(element, values, children)
            }
        }
    }

    /// A screen keeps its shape, so piece and drawn piece go side by side; where it does not, that part is drawn anew.
    fn rebuild(self, drawn: &mut Drawn) {
        match (self, drawn) {
            (Self::Words(words), Drawn::Words(node, before)) if words != *before => {
                Rndr::set_text(node, words.as_deref().unwrap_or_default());
                *before = words;
            }
            (
                Self::Tag(Tag {
                    marks, children, ..
                }),
                Drawn::Element(element, values, drawn),
            ) => {
                for ((name, value), before) in marks.into_iter().zip(values) {
                    if value != *before {
                        set(element, name, value.as_deref());
                        *before = value;
                    }
                }
                if children.len() != drawn.len() {
                    for child in &mut *drawn {
                        child.unmount();
                    }
                    *drawn = fill(element, children);
                    return;
                }
                for (child, drawn) in children.into_iter().zip(drawn) {
                    child.rebuild(drawn);
                }
            }
            // A text never takes an element's place: pieces come and go whole.
            _ => {}
        }
    }
}

fn fill(element: &Element, pieces: Vec<Piece>) -> Vec<Drawn> {
    let mut all = Vec::new();
    for piece in pieces {
        let mut drawn = piece.build();
        drawn.mount(element, None);
        all.push(drawn);
    }
    all
}

fn set(element: &Element, name: &str, value: Option<&str>) {
    match value {
        Some(value) => Rndr::set_attribute(element, name, value),
        None => Rndr::remove_attribute(element, name),
    }
}

impl Drawn {
    fn node(&self) -> &Node {
        match self {
            Self::Words(text, _) => text,
            Self::Element(element, ..) => element,
        }
    }
}

impl Mountable for Drawn {
    fn unmount(&mut self) {
        Rndr::remove(self.node());
    }

    fn mount(&mut self, parent: &Element, marker: Option<&Node>) {
        Rndr::insert_node(parent, self.node(), marker);
    }

    fn insert_before_this(&self, child: &mut dyn Mountable) -> bool {
        let parent = Rndr::get_parent(self.node()).and_then(Element::cast_from);
        if let Some(parent) = &parent {
            child.mount(parent, Some(self.node()));
        }
        parent.is_some()
    }

    fn elements(&self) -> Vec<Element> {
        match self {
            Self::Words(..) => Vec::new(),
            Self::Element(element, ..) => vec![element.clone()],
        }
    }
}
