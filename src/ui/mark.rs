//! Attributes and elements for Leptos' renderer that cost the wire once and not once per combination.
//!
//! The renderer keeps attributes in types: each list of them is compiled on its own. A list that is data is compiled once;
//! measured on these screens that is worth 4 KB (brotli).

use std::borrow::Cow;
use std::future::{Future, ready};

use tachys::html::attribute::{Attribute, NextAttribute};
use tachys::html::element::{Custom, ElementChild, HtmlElement, custom};
use tachys::prelude::AddAnyAttr;
use tachys::renderer::types::Element;
use tachys::renderer::Rndr;
use tachys::view::RenderHtml;

/// A text that may be missing.
pub(super) type Words = Option<Cow<'static, str>>;

/// Attributes with their values; those without one are not there.
#[derive(Clone)]
pub(super) struct Marks(Vec<(&'static str, Words)>);

/// Words that are known beforehand.
pub(super) fn fixed(words: &'static str) -> Words {
    Some(Cow::Borrowed(words))
}

/// An element with these attributes and children.
pub(super) fn element<Children: RenderHtml + Send>(
    tag: &'static str,
    marks: &[(&'static str, Words)],
    children: Children,
) -> HtmlElement<Custom<&'static str>, (Marks,), (Children,)> {
    custom(tag).add_any_attr(Marks(marks.to_vec())).child(children)
}

impl Attribute for Marks {
    const MIN_LENGTH: usize = 0;
    type AsyncOutput = Self;
    type State = (Element, Self);
    type Cloneable = Self;
    type CloneableOwned = Self;

    fn build(self, element: &Element) -> Self::State {
        for (name, value) in &self.0 {
            if let Some(value) = value {
                Rndr::set_attribute(element, name, value);
            }
        }
        (element.clone(), self)
    }

    fn rebuild(self, (element, before): &mut Self::State) {
        for ((name, value), (_, old)) in self.0.iter().zip(&before.0) {
            match value {
                value if value == old => {}
                Some(value) => Rndr::set_attribute(element, name, value),
                None => Rndr::remove_attribute(element, name),
            }
        }
        *before = self;
    }

    // What follows is for pages that a server has written. There are none, and nothing of it is reachable.

    fn html_len(&self) -> usize {
        0
    }

    fn to_html(self, _: &mut String, _: &mut String, _: &mut String, _: &mut String) {}

    fn hydrate<const FROM_SERVER: bool>(self, element: &Element) -> Self::State {
        self.build(element)
    }

    fn into_cloneable(self) -> Self {
        self
    }

    fn into_cloneable_owned(self) -> Self {
        self
    }

    fn dry_resolve(&mut self) {}

    fn resolve(self) -> impl Future<Output = Self> + Send {
        ready(self)
    }
}

impl NextAttribute for Marks {
    type Output<More: Attribute> = (Self, More);

    fn add_any_attr<More: Attribute>(self, more: More) -> Self::Output<More> {
        (self, more)
    }
}
