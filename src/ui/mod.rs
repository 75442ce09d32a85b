//! DRAWS: reads a `View`, says what a person did. Knows every kind of piece and no step by name.
//!
//! Built from elements and not with `view!`, which turns whole static trees into `innerHTML`: a strict page (Trusted Types)
//! forbids that.

mod piece;

use std::cell::RefCell;

use leptos::either::Either;
use leptos::html;
use leptos::mount::{UnmountHandle, mount_to_renderer};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, HtmlInputElement};

use crate::login::secret::Secret;
use crate::login::view::{Action, Asked, Focus, View};

/// What a person did.
pub(crate) enum Say {
    /// Changed the identifier.
    Typed(String),
    /// Sent the form, with what stood in its fields.
    Submit(Vec<(Asked, Secret)>),
    /// Pressed another button.
    Press(Action),
}

/// Where it is said, and by which form.
#[derive(Clone, Copy)]
pub(crate) struct Sayer {
    /// Hears it.
    pub(crate) to: fn(u32, Say),
    /// The form's number, which also keeps its ids apart from those of other forms.
    pub(crate) number: u32,
}

impl Sayer {
    fn say(self, said: Say) {
        (self.to)(self.number, said);
    }
}

/// A form in the page. Dropping it takes it away.
pub(crate) struct Drawing {
    /// An element, or an open shadow root, which has the same methods for what is asked of it here.
    root: Element,
    view: RefCell<Option<ArcRwSignal<View>>>,
    mounted: RefCell<Option<Box<dyn std::any::Any>>>,
    say: Sayer,
    /// The screen, the edition of its fields and the turn of the focus that the page shows already.
    settled: RefCell<Option<(u32, u32, u32)>>,
}

impl Drawing {
    /// A form that will be drawn in `root`.
    pub(crate) fn new(root: Element, say: Sayer) -> Self {
        Self {
            root,
            view: RefCell::new(None),
            mounted: RefCell::new(None),
            say,
            settled: RefCell::new(None),
        }
    }

    /// Shows a screen, in place of the one before.
    pub(crate) fn show(&self, view: View) {
        if let Some(signal) = &*self.view.borrow() {
            if signal.with_untracked(|shown| *shown != view) {
                signal.set(view);
            }
            return;
        }
        let signal = ArcRwSignal::new(view);
        *self.view.borrow_mut() = Some(signal.clone());
        let say = self.say;
        let handle: UnmountHandle<_> = mount_to_renderer(&self.root, move || {
            move || {
                let view = signal.get();
                // Another screen gets elements of its own: a browser that filled in one field must not meet it as another.
                if view.screen % 2 == 0 {
                    Either::Left(screen(view, say))
                } else {
                    Either::Right(screen(view, say))
                }
            }
        });
        *self.mounted.borrow_mut() = Some(Box::new(handle));
    }

    /// Once the screen is drawn: new contents for fields that begin anew, and the focus where it belongs.
    pub(crate) fn settle(&self) {
        let Some(view) = self.view.borrow().as_ref().map(ArcRwSignal::get_untracked) else {
            return;
        };
        let edition = view.fields.first().map_or(0, |field| field.edition);
        let (turn, focus) = view.focus;
        let before = self.settled.replace(Some((view.screen, edition, turn)));
        if before.is_some_and(|(_, shown, _)| shown != edition) {
            for (input, field) in inputs(&self.root).into_iter().zip(&view.fields) {
                input.set_value(&field.value);
            }
        }
        // Nothing takes the focus while the page is loading: only what a person does moves it.
        if before.is_some_and(|(_, _, shown)| shown != turn) {
            let place = match focus {
                Focus::Field => "input",
                Focus::Title => "[part~=title]",
            };
            if let Ok(Some(place)) = self.root.query_selector(place) {
                let _ = place.unchecked_into::<HtmlElement>().focus();
            }
        }
    }

    /// Takes the form away.
    pub(crate) fn clear(&self) {
        *self.mounted.borrow_mut() = None;
        *self.view.borrow_mut() = None;
    }
}

/// The inputs in the order of the screen's fields.
fn inputs(root: &Element) -> Vec<HtmlInputElement> {
    let Ok(list) = root.query_selector_all("input") else {
        return Vec::new();
    };
    (0..list.length())
        .filter_map(|at| list.item(at))
        .map(JsCast::unchecked_into)
        .collect()
}

/// One screen: whatever pieces the view holds, in one order for all of them.
fn screen(view: View, say: Sayer) -> impl IntoView {
    let asked = view
        .fields
        .iter()
        .map(|field| field.asked)
        .collect::<Vec<_>>();
    let busy = view.busy;
    let submitted = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let Some(form) = event.current_target() else {
            return;
        };
        let inputs = inputs(form.unchecked_ref());
        let typed = asked
            .iter()
            .copied()
            .zip(inputs)
            .map(|(asked, input)| (asked, Secret::new(input.value())))
            .collect();
        say.say(Say::Submit(typed));
    };
    html::form()
        .attr("part", "form")
        .attr("novalidate", "")
        .on(leptos::ev::submit, submitted)
        .child((
            html::h2()
                .attr("part", "title")
                .attr("tabindex", "-1")
                .child(view.title.english()),
            view.lead.map(piece::lead),
            piece::notice(view.notice),
            view.fields
                .into_iter()
                .map(|field| piece::field(field, say))
                .collect::<Vec<_>>(),
            view.submit.map(|button| piece::submit(&button, busy)),
            html::div().attr("part", "actions").child(
                view.actions
                    .iter()
                    .map(|button| piece::action(button, busy, say))
                    .collect::<Vec<_>>(),
            ),
            html::p()
                .attr("part", "status")
                .attr("role", "status")
                .child(view.status.map(|text| text.english())),
        ))
}
