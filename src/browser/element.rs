//! `<ae-login>` as wasm sees it: attributes in, screens and events out. The only file that knows both `browser` and `ui`.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use js_sys::Function;
use wasm_bindgen::prelude::*;

use super::clock;
use super::link::Link;
use super::run::{Host, Runner};
use crate::login::config::{Config, Mistake};
use crate::login::problem::Kind;
use crate::login::secret::Secret;
use crate::login::text::Texts;
use crate::login::view::{Asked, Entry, View};
use crate::login::{Event, HostId, Input};
use crate::ui::{Drawing, Say};

/// The attribute whose value only a browser can judge.
const PATTERN: &str = "password-pattern";
/// The same.
const LOCALE: &str = "locale";

/// One connected object of the page.
struct Seat {
    id: HostId,
    link: Link,
    /// Nothing while the element is inert.
    place: RefCell<Option<Place>>,
}

/// Where a seat takes part.
struct Place {
    runner: Rc<Runner>,
    screen: Rc<Screen>,
    config: Config,
}

/// What a runner sees of a seat.
struct Screen {
    link: Link,
    drawing: Option<Drawing>,
    shown: RefCell<Option<(&'static str, bool, bool)>>,
}

impl Host for Screen {
    fn show(&self, view: Option<View>, signed_in: bool) {
        let (Some(mut view), Some(drawing)) = (view, &self.drawing) else {
            return;
        };
        for field in &mut view.fields {
            if !field.about.is_empty() {
                field.about = self.link.country(&field.about);
            }
        }
        let country = view.fields.first().and_then(|field| {
            let country = field.country.as_ref()?;
            Some(
                country
                    .is_known
                    .then(|| country.name.get(..2).unwrap_or_default().to_owned()),
            )
        });
        let now = (view.step.word(), view.busy, signed_in);
        if self.shown.replace(Some(now)) != Some(now) {
            self.link.mark("step", Some(now.0));
            self.link.mark("busy", now.1.then_some(""));
            self.link
                .mark("aria-busy", Some(if now.1 { "true" } else { "false" }));
            self.link.mark("signed-in", now.2.then_some(""));
        }
        drawing.show(view);
        if let Some(country) = country {
            self.link.list(country);
        }
    }

    fn tell(&self, event: &Event) {
        let (name, detail) = event.to_page();
        self.link.tell(name, &detail);
    }
}

thread_local! {
    static SEATS: RefCell<Vec<Rc<Seat>>> = const { RefCell::new(Vec::new()) };
    static LAST: Cell<u32> = const { Cell::new(0) };
}

fn seat(id: u32) -> Option<Rc<Seat>> {
    SEATS.with_borrow(|seats| seats.iter().find(|seat| seat.id.0 == id).cloned())
}

/// Connects an object of the page; the number is its name from now on.
#[wasm_bindgen]
pub fn connect(link: Link) -> u32 {
    let id = LAST.get().wrapping_add(1);
    LAST.set(id);
    let seat = Rc::new(Seat {
        id: HostId(id),
        link,
        place: RefCell::new(None),
    });
    SEATS.with_borrow_mut(|seats| seats.push(Rc::clone(&seat)));
    seat.begin();
    id
}

/// The object is gone.
#[wasm_bindgen]
pub fn disconnect(id: u32) {
    if let Some(seat) = seat(id) {
        SEATS.with_borrow_mut(|seats| {
            if let Some(at) = seats.iter().position(|seat| seat.id.0 == id) {
                seats.swap_remove(at);
            }
        });
        seat.end();
    }
}

/// Some of its attributes have changed.
#[wasm_bindgen]
pub fn changed(id: u32) {
    if let Some(seat) = seat(id) {
        seat.change();
    }
}

/// The session as JSON.
#[wasm_bindgen]
pub fn session(id: u32) -> Option<String> {
    seat(id)?.runner()?.session()
}

/// A token that is good for so many seconds, and another one than the one that was refused; one of the functions is called, once.
#[wasm_bindgen]
pub fn get_token(
    id: u32,
    min_validity: f64,
    resolve: Function,
    reject: Function,
    refused: Option<String>,
) {
    let Some(runner) = seat(id).and_then(|seat| seat.runner()) else {
        let kind = JsValue::from_str(Kind::Configuration.word());
        // The function of a promise does not throw.
        let _ = reject.call1(&JsValue::NULL, &kind);
        return;
    };
    // What is no number, or a negative one, is zero; an endless one is cut to what a token has.
    let validity = clock::millis(min_validity * 1000.0);
    runner.ask(validity, refused.map(Secret::new), resolve, reject);
}

/// Ends the session.
#[wasm_bindgen]
pub fn sign_out(id: u32) {
    act(id, Input::SignOut);
}

/// Lets a signed-in customer choose another password.
#[wasm_bindgen]
pub fn change_password(id: u32) {
    act(id, Input::ChangePassword(HostId(id)));
}

/// Other words are there.
#[wasm_bindgen]
pub fn speak(id: u32) {
    if let Some(seat) = seat(id)
        && let Some(place) = &*seat.place.borrow()
        && let Some(drawing) = &place.screen.drawing
    {
        drawing.speak(seat.texts());
        // Countries have other names now.
        place.runner.show();
    }
}

/// The table of countries is there.
#[wasm_bindgen]
pub fn countries(id: u32, table: String) {
    act(id, Input::Countries(HostId(id), table));
}

/// Back to the first step.
#[wasm_bindgen]
pub fn restart(id: u32) {
    act(id, Input::Restart(HostId(id)));
}

/// Something happened in the form of a seat.
#[wasm_bindgen]
pub fn heard(id: u32, event: &web_sys::Event) {
    let host = HostId(id);
    let said = seat(id).and_then(|seat| {
        let place = seat.place.borrow();
        place.as_ref()?.screen.drawing.as_ref()?.read(event)
    });
    match said {
        Some(Say::Typed(text)) => act(id, Input::Typed(host, text)),
        Some(Say::Chose(code)) => act(id, Input::Chose(host, code)),
        Some(Say::Submit(fields)) => {
            let entries = seat(id).map_or_else(Vec::new, |seat| seat.entries(fields));
            act(id, Input::Submit(host, entries));
        }
        Some(Say::Press(action)) => act(id, Input::Press(host, action)),
        None => {}
    }
}

fn act(id: u32, input: Input) {
    if let Some(runner) = seat(id).and_then(|seat| seat.runner()) {
        runner.handle(input);
    }
}

impl Seat {
    fn runner(&self) -> Option<Rc<Runner>> {
        self.place
            .borrow()
            .as_ref()
            .map(|place| Rc::clone(&place.runner))
    }

    /// What was typed, with the shop's pattern for new passwords tried on it: patterns are the browser's to read.
    fn entries(&self, fields: Vec<(Asked, Secret)>) -> Vec<Entry> {
        let pattern = self.link.attribute(PATTERN);
        let fits = |asked, value: &Secret| {
            asked != Asked::NewPassword
                || pattern
                    .as_ref()
                    .is_none_or(|pattern| super::link::fits(pattern, value.expose()) != Some(false))
        };
        let mut entries = Vec::new();
        for (asked, value) in fields {
            entries.push(Entry {
                asked,
                fits: fits(asked, &value),
                value,
            });
        }
        entries
    }

    fn texts(&self) -> Texts {
        Texts::new(self.link.words().unwrap_or_default())
    }

    /// Takes part, or stays inert and says why.
    fn begin(&self) {
        let config = match self.read() {
            Ok(config) => config,
            Err(mistakes) => return self.complain(&mistakes),
        };
        let runner = Runner::of(&config.settings, &self.link);
        let root = self.link.open();
        let form = root.is_some().then(|| config.form.clone());
        let drawing = root.map(|root| {
            let is_dialog = self.link.attribute("dialog").is_some();
            Drawing::new(root, is_dialog, self.texts(), self.id.0)
        });
        let screen = Rc::new(Screen {
            link: self.link.clone(),
            drawing,
            shown: RefCell::new(None),
        });
        *self.place.borrow_mut() = Some(Place {
            runner: Rc::clone(&runner),
            screen: Rc::clone(&screen),
            config,
        });
        runner.attach(self.id, screen, form);
    }

    fn end(&self) {
        if let Some(place) = self.place.take() {
            // The drawing goes with the last who holds it, before the fallback comes back.
            place.runner.detach(self.id);
        }
        self.link.close();
    }

    /// Another address or brand is another login; anything else applies at once.
    fn change(&self) {
        let new = self.read();
        let same = match (&new, &*self.place.borrow()) {
            (Ok(new), Some(place)) => {
                new.settings.base_url == place.config.settings.base_url
                    && new.settings.brand == place.config.settings.brand
            }
            _ => false,
        };
        let Ok(new) = new else {
            self.end();
            return self.begin();
        };
        if !same {
            self.end();
            return self.begin();
        }
        if let Some(runner) = self.runner() {
            runner.handle(Input::Settle(new.settings.clone()));
            runner.handle(Input::Adjust(self.id, new.form.clone()));
        }
        if let Some(place) = &mut *self.place.borrow_mut() {
            place.config = new;
        }
    }

    fn read(&self) -> Result<Config, Vec<Mistake>> {
        let config = Config::read(|name| self.link.attribute(name));
        // What only a browser can judge.
        let pattern = self.link.attribute(PATTERN);
        let pattern = pattern.filter(|pattern| super::link::fits(pattern, "").is_none());
        let locale = self.link.attribute(LOCALE);
        let locale = locale.filter(|_| self.link.words().is_none());
        let mut mistakes = Vec::new();
        let config = config.map_err(|found| mistakes = found).ok();
        mistakes.extend(Mistake::of(PATTERN, pattern));
        mistakes.extend(Mistake::of(LOCALE, locale));
        let Some(config) = config.filter(|_| mistakes.is_empty()) else {
            return Err(mistakes);
        };
        if !config.allow_framing && self.link.is_framed() {
            return Err(vec![Mistake {
                attribute: "allow-framing",
                found: None,
                legal: "present, or a page that is not inside a frame of another origin",
            }]);
        }
        Ok(config)
    }

    fn complain(&self, mistakes: &[Mistake]) {
        let mut text = String::from("ae-login: ");
        for (n, mistake) in mistakes.iter().enumerate() {
            if n > 0 {
                text.push_str("; ");
            }
            text.push_str(&mistake.sentence());
        }
        self.link.warn(&text);
        let (name, detail) = Event::Error {
            kind: Kind::Configuration,
            code: None,
            step: None,
        }
        .to_page();
        self.link.tell(name, &detail);
    }
}
