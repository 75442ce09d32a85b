//! The root in the browser: keeps the state of the component tree, reads DOM events, puts focus and caret.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use leptos::tachys::view::{Mountable, Render};
use wasm_bindgen::prelude::*;
use web_sys::{Element, Event, HtmlElement, HtmlInputElement, InputEvent};

use super::{element_id, screen, status};
use crate::login::country::caret;
use crate::login::secret::Secret;
use crate::login::text::Texts;
use crate::login::view::{Action, FieldKind, Focus, View};

/// What a person did.
pub(crate) enum UserIntent {
    /// Changed the identifier.
    IdentifierTyped(String),
    /// Chose a country from the list.
    CountryChosen(String),
    /// Sent the form, with what stood in its fields.
    Submit(Vec<(FieldKind, Secret)>),
    /// Pressed another button.
    Press(Action),
}

/// Draws a view in place of the one before, or removes everything for `None`.
type Draw = dyn FnMut(Option<(&View, &Texts)>);

/// A form in the page. Dropping it removes the form.
pub(crate) struct Renderer {
    /// An element, or an open shadow root, which has the same methods for all that is asked of it here.
    root: Element,
    draw: RefCell<Box<Draw>>,
    current: RefCell<Option<View>>,
    texts: RefCell<Rc<Texts>>,
    /// A view that came while another one was being drawn: removing an element that has the focus fires events, and a
    /// listener of the page may do anything in return.
    queued: RefCell<Option<View>>,
    /// Whether a person has sent or pressed something and not yet seen what comes of it.
    has_acted: Cell<bool>,
    /// Whether an input method is composing text; another value would break the composition.
    is_composing: Cell<bool>,
}

/// An input that a person fills in: all but the one that names the customer to a password manager.
const FIELD: &str = "[part~=input]";

impl Renderer {
    /// A form that will be drawn in `root`, which may be a dialog. The number keeps its ids apart from those of other forms.
    pub(crate) fn new(root: Element, is_dialog: bool, texts: Texts, number: u32) -> Self {
        if is_dialog {
            // The name of the attribute is legal, so this does not fail.
            let _ = root.set_attribute("aria-labelledby", &element_id(number, "title"));
        }
        let draw = RefCell::new(component_root(root.clone(), number, is_dialog));
        Self {
            root,
            draw,
            current: RefCell::new(None),
            texts: RefCell::new(Rc::new(texts)),
            queued: RefCell::new(None),
            has_acted: Cell::new(false),
            is_composing: Cell::new(false),
        }
    }

    /// Shows a screen in place of the one before. It is on the page when this returns, with new contents for fields that
    /// begin anew and the focus where it belongs.
    pub(crate) fn render(&self, view: View) {
        *self.queued.borrow_mut() = Some(view);
        // Re-entrant call: the outer loop draws the queued view.
        while let Ok(mut draw) = self.draw.try_borrow_mut() {
            let Some(view) = self.queued.take() else {
                return;
            };
            let has_user = self.has_user();
            let texts = Rc::clone(&self.texts.borrow());
            draw(Some((&view, &texts)));
            drop(draw);
            self.update_values_and_focus(view, has_user);
        }
    }

    /// Changes the language. Texts change; what was typed stays.
    pub(crate) fn set_texts(&self, texts: Texts) {
        let texts = Rc::new(texts);
        self.texts.replace(Rc::clone(&texts));
        // The screen stays: no element is removed that could have the focus and fire events.
        if let Ok(mut draw) = self.draw.try_borrow_mut()
            && let Some(view) = &*self.current.borrow()
        {
            draw(Some((view, &texts)));
        }
    }

    /// Whether the person is in this form: the focus is, or they have just used the form (a mouse need not leave the focus
    /// on a button) and gone nowhere else since. The form never takes the focus from another place of the page.
    fn has_user(&self) -> bool {
        let document = self.root.owner_document();
        // The document knows the focused element; `:focus` matches nothing while another window has the focus.
        let Some(active) = document.and_then(|document| document.active_element()) else {
            return self.has_acted.get();
        };
        // Seen from outside, the host of a shadow root is what has the focus.
        self.root.contains(Some(&active))
            || active
                .shadow_root()
                .is_some_and(|root| root.contains(Some(&self.root)))
            || (self.has_acted.get() && active.tag_name() == "BODY")
    }

    /// Puts new contents into fields that begin anew, and the focus where it belongs.
    fn update_values_and_focus(&self, view: View, has_user: bool) {
        if let Some(before) = self.current.take() {
            if before.screen == view.screen {
                for ((input, now), old) in self.inputs().zip(&view.fields).zip(&before.fields) {
                    if now.edition != old.edition && !self.is_composing.get() {
                        set_value(&input, &now.value);
                    }
                }
            }
            if before.focus.0 != view.focus.0 && has_user {
                self.has_acted.set(false);
                let target = match view.focus.1 {
                    Focus::Field => FIELD,
                    Focus::Title => "[part~=title]",
                };
                let wrong = self.find("[aria-invalid]");
                let wrong = wrong.filter(|_| view.focus.1 == Focus::Field);
                if let Some(target) = wrong.or_else(|| self.find(target)) {
                    let is_new = before.screen != view.screen && view.focus.1 == Focus::Field;
                    // Focusing fires events, and a listener of the page may do anything in return: nothing is borrowed
                    // here, and `current` is up to date.
                    *self.current.borrow_mut() = Some(view);
                    let _ = target.focus();
                    if is_new {
                        // A field that is filled in can be kept as it is or typed over.
                        target.unchecked_ref::<HtmlInputElement>().select();
                    }
                    return;
                }
            }
        }
        *self.current.borrow_mut() = Some(view);
    }

    /// What an event of the form means; `None` if nothing.
    pub(crate) fn intent(&self, event: &Event) -> Option<UserIntent> {
        let current = self.current.borrow();
        let fields = &current.as_ref()?.fields;
        let target = event.target()?.unchecked_into::<Element>();
        match event.type_().as_str() {
            "submit" => {
                event.prevent_default();
                self.has_acted.set(true);
                let mut typed = Vec::new();
                for (input, field) in self.inputs().zip(fields) {
                    typed.push((field.asked, Secret::new(input.value())));
                }
                Some(UserIntent::Submit(typed))
            }
            // Codes and passwords are secret and read once, when the form is sent.
            "input" if !fields.first()?.asked.is_secret() => {
                // A `<select>` has a value as an input has.
                let value = || target.unchecked_ref::<HtmlInputElement>().value();
                if matches(&target, FIELD) {
                    let event: &InputEvent = event.unchecked_ref();
                    self.is_composing.set(event.is_composing());
                    Some(UserIntent::IdentifierTyped(value()))
                } else {
                    matches(&target, "[part~=country]").then(|| UserIntent::CountryChosen(value()))
                }
            }
            "click" => {
                let button = target.closest("[data-action]").ok()??;
                let pressed = button.get_attribute("data-action")?;
                self.has_acted.set(true);
                Action::ALL
                    .into_iter()
                    .find(|action| action.as_str() == pressed)
                    .map(UserIntent::Press)
            }
            _ => None,
        }
    }

    /// The first element of the form that a selector matches.
    fn find(&self, selector: &str) -> Option<HtmlElement> {
        let found = self.root.query_selector(selector).ok()?;
        found.map(JsCast::unchecked_into)
    }

    /// The inputs in the order of the fields of the view.
    fn inputs(&self) -> impl Iterator<Item = HtmlInputElement> {
        let list = self.root.query_selector_all(FIELD).ok();
        let count = list.as_ref().map_or(0, web_sys::NodeList::length);
        (0..count)
            .filter_map(move |index| list.as_ref()?.item(index))
            .map(JsCast::unchecked_into)
    }
}

impl Drop for Renderer {
    fn drop(&mut self) {
        // Whoever draws holds this renderer, so nobody draws now.
        self.draw.get_mut()(None);
    }
}

/// Whether a selector matches an element.
fn matches(element: &Element, selector: &str) -> bool {
    element.matches(selector).unwrap_or_default()
}

/// Puts another value into an input and leaves the caret where it was.
fn set_value(input: &HtmlInputElement, value: &str) {
    let before = input.value();
    // An input without the focus has no caret; some browsers would give it the focus with one.
    let has_focus = matches(input, ":focus");
    let at = has_focus.then(|| input.selection_start());
    input.set_value(value);
    if let Some(Ok(Some(at))) = at {
        let at = caret(&before, at, value);
        let _ = input.set_selection_range(at, at);
    }
}

/// The root of the component tree: draws one view after another at the end of `root`.
///
/// The status region outlives screens, because some screen readers do not read a message that appears together with its live
/// region. The form is rebuilt in place as long as `View::screen` stays the same. Another screen gets new elements: a browser
/// that filled in a field must not meet it again as another one.
fn component_root(root: Element, form_number: u32, is_dialog: bool) -> Box<Draw> {
    let mut region = None;
    let mut form = None;
    Box::new(move |current| {
        let Some((view, texts)) = current else {
            unmount(region.take());
            unmount(form.take().map(|(_, state)| state));
            return;
        };
        let region = region.get_or_insert_with(|| mount(status(texts, None), &root));
        status(texts, view.status).rebuild(region);

        let content = screen(view, texts, form_number, is_dialog);
        match &mut form {
            Some((number, state)) if *number == view.screen => content.rebuild(state),
            form => {
                unmount(form.take().map(|(_, state)| state));
                *form = Some((view.screen, mount(content, &root)));
            }
        }
    })
}

/// Builds a view at the end of `parent`.
fn mount<V: Render>(view: V, parent: &Element) -> V::State {
    let mut state = view.build();
    state.mount(parent, None);
    state
}

fn unmount(state: Option<impl Mountable>) {
    if let Some(mut state) = state {
        state.unmount();
    }
}
