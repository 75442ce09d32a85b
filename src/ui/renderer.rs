//! Renders views in the browser: keeps the state of the component tree, translates DOM events, and sets focus and caret.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use leptos::tachys::hydration::Cursor;
use leptos::tachys::view::{Mountable, Position, PositionState, Render, RenderHtml};
use wasm_bindgen::prelude::*;
use web_sys::{Element, Event, HtmlElement, HtmlInputElement, InputEvent};

use super::{element_id, first_screen_key, screen, status};
use crate::login::config::FormSettings;
use crate::login::country::caret_after_grouping;
use crate::login::otp::code_in_message;
use crate::login::secret::Secret;
use crate::login::text::Texts;
use crate::login::view::{Action, FieldKind, Focus, View};

/// The intent of the user, read from a DOM event of the form.
pub(crate) enum UserIntent {
    /// The text of the identifier field has changed.
    IdentifierTyped(String),
    /// A country was selected from the list.
    CountryChosen(String),
    /// The text of a field for a code or a password has changed, and no text is being composed. Only a code has its text here.
    SecretTyped(Secret),
    /// The form was submitted, with these values of its fields.
    Submit(Vec<(FieldKind, Secret)>),
    /// A button other than the submit button was pressed.
    Press(Action),
}

/// Draws a view in place of the previous one, or removes the form for `None`.
type Draw = dyn FnMut(Option<(&View, &Texts)>);

/// Returns the form that is in the page already, if it has the structure of the first screen with this key.
type Adopt = dyn Fn(Option<String>) -> Option<Element>;

/// Renders one form. Dropping it removes the form from the page.
pub(crate) struct Renderer {
    /// An element, or an open shadow root. A `ShadowRoot` has all the methods of `Element` that are called here.
    root: Element,
    draw: RefCell<Box<Draw>>,
    /// The view that is shown.
    current: RefCell<Option<View>>,
    texts: RefCell<Rc<Texts>>,
    /// The view to draw next. Drawing can dispatch DOM events (for example when the focused element is removed), and a listener of
    /// the page can cause another call of [`Self::render`].
    queued: RefCell<Option<View>>,
    /// Whether the user has submitted the form or pressed a button since the focus was last set.
    has_acted: Cell<bool>,
    /// Whether an input method editor is composing text. Setting the value would break the composition.
    is_composing: Cell<bool>,
}

/// Selects the inputs that the user fills in. The hidden input for password managers is not one of them.
const FIELD: &str = "[part~=input]";

impl Renderer {
    /// Creates a renderer for a form in `root`, which may be a dialog or in one. The number makes the ids of the form's elements unique in the
    /// page.
    ///
    /// `adopt` is called with the key of the first screen before it is drawn ([`first_screen_key`]). If the form is in the page already,
    /// it returns its `<form>`, whose structure must be that of the screen.
    pub(crate) fn new(
        root: Element,
        is_dialog: bool,
        texts: Texts,
        number: u32,
        adopt: Box<Adopt>,
    ) -> Self {
        if is_dialog && let Ok(Some(dialog)) = root.closest("dialog") {
            // The call fails for invalid names only.
            let _ = dialog.set_attribute("aria-labelledby", &element_id(number, "title"));
        }
        let draw = RefCell::new(component_root(root.clone(), number, is_dialog, adopt));
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

    /// Draws a view in place of the previous one and sets values and focus. The page shows it when this returns.
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

    /// Draws the current view with other texts. The values of the fields stay.
    pub(crate) fn set_texts(&self, texts: Texts) {
        let texts = Rc::new(texts);
        self.texts.replace(Rc::clone(&texts));
        // The screen is the same, so no element is removed and no DOM event is dispatched.
        if let Ok(mut draw) = self.draw.try_borrow_mut()
            && let Some(view) = &*self.current.borrow()
        {
            draw(Some((view, &texts)));
        }
    }

    /// Returns whether the user is working in this form: the focus is in it, or the user has just pressed one of its buttons and has
    /// not moved the focus elsewhere. (Some browsers do not focus a button that is clicked.) Otherwise the form must not take the
    /// focus.
    fn has_user(&self) -> bool {
        let document = self.root.owner_document();
        // `:focus` does not match while another window has the focus; `activeElement` is still set then.
        let Some(active) = document.and_then(|document| document.active_element()) else {
            return self.has_acted.get();
        };
        // For the document, the active element is the host of the shadow root.
        self.root.contains(Some(&active))
            || active
                .shadow_root()
                .is_some_and(|root| root.contains(Some(&self.root)))
            || (self.has_acted.get() && active.tag_name() == "BODY")
    }

    /// Sets the values of fields whose edition has changed, and moves the focus if the view asks for it.
    fn update_values_and_focus(&self, view: View, has_user: bool) {
        if let Some(before) = self.current.take() {
            if before.screen == view.screen {
                for ((input, now), old) in self.inputs().zip(&view.fields).zip(&before.fields) {
                    if now.revision != old.revision && !self.is_composing.get() {
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
                    // Listeners of the page may call the wasm during `focus`: nothing is borrowed here, and `current` is up to
                    // date.
                    *self.current.borrow_mut() = Some(view);
                    let _ = target.focus();
                    if is_new {
                        // A prefilled value is selected, so that typing replaces it.
                        target.unchecked_ref::<HtmlInputElement>().select();
                    }
                    return;
                }
            }
        }
        *self.current.borrow_mut() = Some(view);
    }

    /// Translates a DOM event of the form. Returns `None` for events without a meaning. A message in the field for a code is replaced
    /// by the code in it.
    pub(crate) fn intent(&self, event: &Event, settings: &FormSettings) -> Option<UserIntent> {
        let current = self.current.borrow();
        let fields = &current.as_ref()?.fields;
        let target = event.target()?.unchecked_into::<Element>();
        match event.type_().as_str() {
            "submit" => {
                event.prevent_default();
                self.has_acted.set(true);
                let mut values = Vec::new();
                for (input, field) in self.inputs().zip(fields) {
                    values.push((field.kind, Secret::new(input.value())));
                }
                Some(UserIntent::Submit(values))
            }
            // A composition ends with this event. In some browsers no other `input` follows.
            "input" | "compositionend"
                if fields.first()?.kind.is_secret()
                    && matches(&target, FIELD)
                    && !event.unchecked_ref::<InputEvent>().is_composing() =>
            {
                let mut text = Secret::default();
                let is_code = fields.first()?.kind == FieldKind::Code;
                if is_code {
                    let input: &HtmlInputElement = target.unchecked_ref();
                    text = Secret::new(input.value());
                    if let Some(code) = code_in_message(text.expose(), settings.otp_length) {
                        input.set_value(code.expose());
                        text = code;
                    }
                }
                ((is_code && settings.submits_codes) || matches(&target, "[aria-invalid]"))
                    .then_some(UserIntent::SecretTyped(text))
            }
            // Passwords are secret: they are read only when the form is submitted.
            "input" if !fields.first()?.kind.is_secret() => {
                // `HTMLSelectElement` also has a property `value`.
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

    /// Returns the first element of the form that matches a selector.
    fn find(&self, selector: &str) -> Option<HtmlElement> {
        let found = self.root.query_selector(selector).ok()?;
        found.map(JsCast::unchecked_into)
    }

    /// Returns the inputs, in the order of the view's fields.
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
        // A caller of `render` holds a reference to this renderer, so nothing is being drawn.
        self.draw.get_mut()(None);
    }
}

/// Returns whether an element matches a selector.
fn matches(element: &Element, selector: &str) -> bool {
    element.matches(selector).unwrap_or_default()
}

/// Sets the value of an input and keeps the caret at the same character.
fn set_value(input: &HtmlInputElement, value: &str) {
    let before = input.value();
    // Some browsers focus an input when its selection is set, so the caret is set only if the input has the focus.
    let has_focus = matches(input, ":focus");
    let at = has_focus.then(|| input.selection_start());
    input.set_value(value);
    if let Some(Ok(Some(at))) = at {
        let at = caret_after_grouping(&before, at, value);
        let _ = input.set_selection_range(at, at);
    }
}

/// Creates the root of the component tree, which is drawn at the end of `root`.
///
/// The status region is kept when the screen changes, because some screen readers do not announce a message that appears together
/// with its live region. The form is rebuilt in place as long as `View::screen` stays the same. Another screen gets new elements, so
/// that a browser does not reuse an input that it has filled in for another purpose.
///
/// The elements of a first screen that is in the page already are kept: Leptos hydrates them. With `FROM_SERVER = false` it also sets
/// their attributes and texts, so that only the structure has to be the same.
fn component_root(
    root: Element,
    form_number: u32,
    is_dialog: bool,
    adopt: Box<Adopt>,
) -> Box<Draw> {
    let mut region = None;
    let mut form = None;
    let mut adopt = Some(adopt);
    Box::new(move |drawn| {
        let Some((view, texts)) = drawn else {
            unmount(region.take());
            unmount(form.take().map(|(_, state)| state));
            return;
        };
        let content = screen(view, texts, form_number, is_dialog);
        if let Some(adopt) = adopt.take()
            && let Some(existing) = adopt(first_screen_key(view))
            && let Some(before) = existing.previous_element_sibling()
        {
            region = Some(hydrate(status(texts, view.status), before));
            form = Some((view.screen, hydrate(content, existing)));
            return;
        }
        let region = region.get_or_insert_with(|| mount(status(texts, None), &root));
        status(texts, view.status).rebuild(region);

        match &mut form {
            Some((number, state)) if *number == view.screen => content.rebuild(state),
            form => {
                unmount(form.take().map(|(_, state)| state));
                *form = Some((view.screen, mount(content, &root)));
            }
        }
    })
}

/// Builds a component tree at the end of `parent`.
fn mount<V: Render>(view: V, parent: &Element) -> V::State {
    let mut state = view.build();
    state.mount(parent, None);
    state
}

/// Makes the state of a component tree whose element is in the page already.
fn hydrate<V: RenderHtml>(view: V, element: Element) -> V::State {
    view.hydrate::<false>(
        &Cursor::new(element),
        &PositionState::new(Position::Current),
    )
}

fn unmount(state: Option<impl Mountable>) {
    if let Some(mut state) = state {
        state.unmount();
    }
}
