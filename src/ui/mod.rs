//! DRAWS: puts a `View` on the page, says what a person did. Knows every kind of piece and no step by name.
//!
//! A screen is a function of its view, drawn again in place by Leptos' renderer whenever the view is another one. There are
//! no signals: the view is the one thing that changes, and it comes from outside. Measured here, signals and effects would
//! add 9.4 KB (brotli) to the wasm and a turn of the event loop between a step and its screen.
//!
//! Built from elements and not with `view!`, which turns whole static trees into `innerHTML`: a strict page (Trusted Types)
//! forbids that.

mod node;
mod piece;

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use node::{Drawn, Piece, Tag};
use tachys::renderer::Rndr;
use tachys::view::{Mountable, Render};
use wasm_bindgen::prelude::*;
use web_sys::{Element, Event, HtmlInputElement, InputEvent, NodeList};

use crate::login::country::caret;
use crate::login::secret::Secret;
use crate::login::text::{Text, Texts};
use crate::login::view::{Action, Asked, Focus, View};

// What is asked of the form's elements: of selectors that are legal, so that none of these fails.
#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(extends = Element)]
    type Spot;
    #[wasm_bindgen(method, js_name = querySelector)]
    fn find(this: &Spot, selector: &str) -> Option<Spot>;
    #[wasm_bindgen(method, js_name = querySelectorAll)]
    fn find_all(this: &Spot, selector: &str) -> NodeList;
    #[wasm_bindgen(method, js_name = closest)]
    fn around(this: &Spot, selector: &str) -> Option<Spot>;
    #[wasm_bindgen(method, js_name = matches)]
    fn is(this: &Spot, selector: &str) -> bool;
    #[wasm_bindgen(method, js_name = focus)]
    fn take_focus(this: &Spot);
}

/// What a person did.
pub(crate) enum Say {
    /// Changed the identifier.
    Typed(String),
    /// Chose a country from the list.
    Chose(String),
    /// Sent the form, with what stood in its fields.
    Submit(Vec<(Asked, Secret)>),
    /// Pressed another button.
    Press(Action),
}

/// Puts a view on the page in place of the one before, or takes everything away.
type Draw = dyn FnMut(Option<(&View, &Texts)>);

/// A form in the page. Dropping it takes it away.
pub(crate) struct Drawing {
    /// An element, or an open shadow root, which has the same methods for what is asked of it here.
    root: Element,
    draw: RefCell<Box<Draw>>,
    shown: RefCell<Option<View>>,
    texts: RefCell<Rc<Texts>>,
    /// A view that came while another was being drawn: taking away an element that has the focus tells the page, which may do
    /// anything in return.
    next: RefCell<Option<View>>,
    /// Whether a person has sent or pressed something and not yet seen what comes of it.
    acted: Cell<bool>,
    /// Whether an input method is still at work on what was typed: a value put in its way would break it.
    composes: Cell<bool>,
}

/// An input that a person fills in: all but the one that names the customer to a password manager.
const FIELD: &str = "[part~=input]";

impl Drawing {
    /// A form that will be drawn in `root`, which may be a dialog, in a language. The number keeps its ids apart from those of other forms.
    pub(crate) fn new(root: Element, is_dialog: bool, texts: Texts, number: u32) -> Self {
        if is_dialog {
            Rndr::set_attribute(&root, "aria-labelledby", &piece::id(number, "title"));
        }
        let draw = RefCell::new(drawer(root.clone(), number, is_dialog));
        Self {
            root,
            draw,
            shown: RefCell::new(None),
            texts: RefCell::new(Rc::new(texts)),
            next: RefCell::new(None),
            acted: Cell::new(false),
            composes: Cell::new(false),
        }
    }

    /// Shows a screen, in place of the one before, with new contents for fields that begin anew and the focus where it belongs.
    pub(crate) fn show(&self, view: View) {
        *self.next.borrow_mut() = Some(view);
        // Who is drawing already takes the next view too.
        while let Ok(mut draw) = self.draw.try_borrow_mut() {
            let Some(view) = self.next.take() else { return };
            let is_at_work = self.is_at_work();
            let texts = Rc::clone(&self.texts.borrow());
            draw(Some((&view, &texts)));
            drop(draw);
            self.settle(view, is_at_work);
        }
    }

    /// Says everything in another language: words change, and nothing that was typed.
    pub(crate) fn speak(&self, texts: Texts) {
        let texts = Rc::new(texts);
        self.texts.replace(Rc::clone(&texts));
        // The screen stays: nothing is taken away that could have the focus and tell the page.
        if let Ok(mut draw) = self.draw.try_borrow_mut()
            && let Some(view) = &*self.shown.borrow()
        {
            draw(Some((view, &texts)));
        }
    }

    /// Whether the person is in this form: the focus is, or they have just used it (a mouse need not leave the focus on a
    /// button) and gone nowhere else since. Nobody's focus is taken from another place of the page.
    fn is_at_work(&self) -> bool {
        let document = self.root.owner_document();
        // Asked of the document and not by `:focus`, which says nothing while the person looks for the code in another window.
        let Some(active) = document.and_then(|document| document.active_element()) else {
            return self.acted.get();
        };
        // Seen from outside, what is focused in a shadow root is the element that has it.
        self.root.contains(Some(&active))
            || active
                .shadow_root()
                .is_some_and(|root| root.contains(Some(&self.root)))
            || (self.acted.get() && active.tag_name() == "BODY")
    }

    fn settle(&self, view: View, is_at_work: bool) {
        if let Some(before) = self.shown.take() {
            if before.screen == view.screen {
                for ((input, now), old) in self.inputs().zip(&view.fields).zip(&before.fields) {
                    if now.edition != old.edition && !self.composes.get() {
                        put(&input, &now.value);
                    }
                }
            }
            if before.focus.0 != view.focus.0 && is_at_work {
                self.acted.set(false);
                let place = match view.focus.1 {
                    Focus::Field => FIELD,
                    Focus::Title => "[part~=title]",
                };
                let root = self.root.unchecked_ref::<Spot>();
                let wrong = root.find("[aria-invalid]");
                let wrong = wrong.filter(|_| view.focus.1 == Focus::Field);
                if let Some(place) = wrong.or_else(|| root.find(place)) {
                    // It tells the page, which may do anything in return: nothing is borrowed, and what is shown is known.
                    let is_new = before.screen != view.screen && view.focus.1 == Focus::Field;
                    *self.shown.borrow_mut() = Some(view);
                    place.take_focus();
                    if is_new {
                        // Filled in already, it can be kept as it is or typed over.
                        place.unchecked_ref::<HtmlInputElement>().select();
                    }
                    return;
                }
            }
        }
        *self.shown.borrow_mut() = Some(view);
    }

    /// What an event of the form says; `None` for what means nothing.
    pub(crate) fn read(&self, event: &Event) -> Option<Say> {
        let shown = self.shown.borrow();
        let fields = &shown.as_ref()?.fields;
        let target = event.target()?.unchecked_into::<Spot>();
        match event.type_().as_str() {
            "submit" => {
                event.prevent_default();
                self.acted.set(true);
                let mut typed = Vec::new();
                for (input, field) in self.inputs().zip(fields) {
                    typed.push((field.asked, Secret::new(input.value())));
                }
                Some(Say::Submit(typed))
            }
            // Codes and passwords are secret and read once, when the form is sent.
            "input" if !fields.first()?.asked.is_secret() => {
                // A list has a value as an input has.
                let value = || target.unchecked_ref::<HtmlInputElement>().value();
                if target.is(FIELD) {
                    let composes = event.unchecked_ref::<InputEvent>().is_composing();
                    self.composes.set(composes);
                    Some(Say::Typed(value()))
                } else {
                    target.is("[part~=country]").then(|| Say::Chose(value()))
                }
            }
            "click" => {
                let pressed = target
                    .around("[data-action]")?
                    .get_attribute("data-action")?;
                self.acted.set(true);
                Action::ALL
                    .into_iter()
                    .find(|action| action.word() == pressed)
                    .map(Say::Press)
            }
            _ => None,
        }
    }

    /// The inputs in the order of the screen's fields.
    fn inputs(&self) -> impl Iterator<Item = HtmlInputElement> {
        let list = self.root.unchecked_ref::<Spot>().find_all(FIELD);
        (0..list.length())
            .filter_map(move |at| list.item(at))
            .map(JsCast::unchecked_into)
    }
}

/// Puts another value in, and the caret where it was.
fn put(input: &HtmlInputElement, value: &str) {
    let before = input.value();
    // An input without the focus has no caret; some browsers would give it the focus with one.
    let has_focus = input.unchecked_ref::<Spot>().is(":focus");
    let at = has_focus.then(|| input.selection_start());
    input.set_value(value);
    if let Some(Ok(Some(at))) = at {
        let at = caret(&before, at, value);
        let _ = input.set_selection_range(at, at);
    }
}

impl Drop for Drawing {
    fn drop(&mut self) {
        // Nobody draws any more: whoever does holds this drawing.
        self.draw.get_mut()(None);
    }
}

/// Draws one view after another at the end of `root`; nothing for none.
fn drawer(root: Element, number: u32, is_dialog: bool) -> Box<Draw> {
    let mut drawn = None;
    // It outlasts the screens: words that come together with the place for them are not said by every screen reader.
    let mut status = None::<Drawn>;
    Box::new(move |said| {
        if let Some((view, texts)) = said {
            let state = status.get_or_insert_with(|| {
                let mut new = piece::status(texts, None).build();
                new.mount(&root, None);
                new
            });
            piece::status(texts, view.status).rebuild(state);
        } else if let Some(mut old) = status.take() {
            old.unmount();
        }
        match (said, &mut drawn) {
            (Some((view, texts)), Some((at, state))) if *at == view.screen => {
                screen(view, texts, number, is_dialog).rebuild(state);
            }
            // Another screen gets elements of its own: a browser that filled in one field must not meet it as another.
            (said, drawn) => {
                if let Some((_, mut old)) = drawn.take() {
                    old.unmount();
                }
                *drawn = said.map(|(view, texts)| {
                    let mut new = screen(view, texts, number, is_dialog).build();
                    new.mount(&root, None);
                    (view.screen, new)
                });
            }
        }
    })
}

/// One screen: whatever pieces the view holds, in one order for all of them.
fn screen(view: &View, texts: &Texts, number: u32, is_dialog: bool) -> Piece {
    let mut lead = view.lead.as_ref().map(|lead| piece::lead(texts, lead));
    let mut actions = Tag::new("div", "actions");
    for button in &view.actions {
        // What leads away from a name stands beside it.
        let beside = lead.as_mut().filter(|_| button.label == Text::NotYou);
        let place = beside.unwrap_or(&mut actions);
        place.add(piece::action(texts, button, view.busy));
    }

    let mut form = Tag::new("form", "form");
    piece::speaks(&mut form, texts)
        .set("novalidate", "")
        // A script that submits without telling anybody leads nowhere, with whatever was typed.
        .set("method", "dialog");
    if is_dialog {
        form.add(piece::close(texts));
    }
    form.add(piece::title(texts, view.title, number));
    if let Some(lead) = lead {
        form.add(lead);
    }
    form.add(piece::notice(texts, view.notice.as_ref()))
        .add(piece::time_left(texts, view.is_short, view.busy));
    if let Some(name) = &view.username {
        form.add(piece::username(name));
    }
    for (at, field) in view.fields.iter().enumerate() {
        form.add(piece::field(texts, field, number, at));
    }
    if let Some(is_ticked) = view.remember {
        form.add(piece::remember(texts, is_ticked));
    }
    if let Some(button) = &view.submit {
        form.add(piece::submit(texts, button, view.busy));
    }
    form.add(actions);
    Piece::Tag(form)
}
