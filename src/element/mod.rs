//! Meets the page: `<ae-login>` and sessions without a form, as wasm sees them. Attributes come in, screens and events go out.
//!
//! The JavaScript beside this file is what only JavaScript can be: the class of the element and the loader.
//!
//! | file | what |
//! |---|---|
//! | `loader.js` | starts and checks the wasm, defines the element |
//! | `element.js` | the class of `<ae-login>` with its public members |
//! | `session.js` | the session without a form |
//! | `connection.js` | one object's connection to the wasm; every call that fails ends in the fallback |
//! | `form-root.js` | where the form is: light DOM or shadow root, inline or in a dialog |
//! | `property-check.js` | warns of custom properties that do not exist |
//! | `errors.js` | `AeError` |

pub mod functions;

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use js_sys::{Array, Function, Map};
use wasm_bindgen::prelude::*;
use web_sys::{Element, EventTarget};

use crate::browser::countries::CountryList;
use crate::browser::events::dispatch;
use crate::browser::locale::LocaleController;
use crate::browser::pattern::matches_pattern;
use crate::browser::runner::{Host, Runner};
use crate::browser::web_otp::OtpRequest;
use crate::browser::{clock, document};
use crate::login::config::{Config, Mistake};
use crate::login::problem::{Kind, Problem};
use crate::login::secret::Secret;
use crate::login::text::Texts;
use crate::login::view::{FieldKind, FieldValue, StepName, View};
use crate::login::{Event, HostId, Input, token_use};
use crate::ui::{Renderer, UserIntent};

/// The attribute with a regular expression, which only the browser can read.
const PATTERN: &str = "password-pattern";
/// The attribute with a language tag, which only the browser can read.
const LOCALE: &str = "locale";

#[wasm_bindgen(module = "/src/element/form-root.js")]
extern "C" {
    /// Where the form of an element is.
    #[derive(Clone)]
    pub type FormRoot;

    /// Puts the fallback aside and gives the node in which the form is drawn.
    #[wasm_bindgen(method)]
    pub fn open(this: &FormRoot, in_shadow: bool, in_dialog: bool) -> Element;

    /// Shows the fallback again.
    #[wasm_bindgen(method)]
    pub fn close(this: &FormRoot);
}

/// What an element has and a session without a form has not.
struct FormParts {
    root: FormRoot,
    locale: LocaleController,
    countries: CountryList,
}

/// The attributes of an object by name, as they were when they last changed.
#[derive(Clone)]
struct Attributes(Rc<RefCell<Map>>);

impl Attributes {
    fn get(&self, name: &str) -> Option<String> {
        self.0.borrow().get(&JsValue::from_str(name)).as_string()
    }
}

/// One connected object of the page.
struct Instance {
    id: HostId,
    target: EventTarget,
    attributes: Attributes,
    form: Option<FormParts>,
    /// `None` while the object is inert.
    active: RefCell<Option<Active>>,
}

/// What an object that takes part has.
struct Active {
    runner: Rc<Runner>,
    view: Rc<HostView>,
    config: Config,
}

/// What a runner sees of an object.
struct HostView {
    target: EventTarget,
    form: Option<Form>,
}

/// A form that is shown.
struct Form {
    element: Element,
    root: Element,
    renderer: Renderer,
    locale: LocaleController,
    countries: CountryList,
    attributes: Attributes,
    /// Step, busy, and signed in, as the attributes of the element say it.
    state: Cell<Option<(StepName, bool, bool)>>,
    otp_request: RefCell<Option<OtpRequest>>,
}

impl Host for HostView {
    fn render(&self, view: Option<View>, signed_in: bool) {
        if let (Some(view), Some(form)) = (view, &self.form) {
            form.render(view, signed_in);
        }
    }

    fn dispatch(&self, event: &Event) {
        dispatch(&self.target, event);
    }
}

impl Form {
    fn render(&self, mut view: View, signed_in: bool) {
        let language = self.locale.language();
        for field in &mut view.fields {
            if !field.about.is_empty() {
                field.about = self.countries.display_name(&field.about, &language);
            }
        }
        let country = view.fields.first().and_then(|field| field.country.clone());
        self.reflect_state(view.step, view.busy, signed_in);
        self.renderer.render(view);
        match country {
            Some(country) if country.is_known => {
                let code = country.name.get(..2).unwrap_or_default();
                if let Ok(Some(select)) = self.root.query_selector("[part~=country]") {
                    let allowed = self.attributes.get("countries");
                    self.countries
                        .update(&select, code, &language, allowed.as_deref());
                }
            }
            Some(_) => {
                let named = ["country", "countries"].map(|name| self.attributes.get(name));
                let named = named.map(Option::unwrap_or_default);
                self.countries.load(&named.join(" "));
            }
            None => {}
        }
    }

    /// Says the state by attributes of the element, for style sheets and tests.
    fn reflect_state(&self, step: StepName, busy: bool, signed_in: bool) {
        let before = self.state.replace(Some((step, busy, signed_in)));
        if before == Some((step, busy, signed_in)) {
            return;
        }
        if before.is_none_or(|(before, ..)| before != step) {
            // Each step that asks for a code waits for a message of its own; the wait before it ends first.
            self.otp_request.take();
            *self.otp_request.borrow_mut() = step
                .asks_for_code()
                .then(|| OtpRequest::start(&self.root))
                .flatten();
        }
        self.set_attribute("step", Some(step.as_str()));
        self.set_attribute("busy", busy.then_some(""));
        self.set_attribute("aria-busy", Some(if busy { "true" } else { "false" }));
        self.set_attribute("signed-in", signed_in.then_some(""));
    }

    fn set_attribute(&self, name: &str, value: Option<&str>) {
        // These names are valid, so neither call fails.
        let _ = match value {
            Some(value) => self.element.set_attribute(name, value),
            None => self.element.remove_attribute(name),
        };
    }
}

thread_local! {
    static INSTANCES: RefCell<Vec<Rc<Instance>>> = const { RefCell::new(Vec::new()) };
    static LAST_ID: Cell<u32> = const { Cell::new(0) };
}

fn instance(id: u32) -> Option<Rc<Instance>> {
    INSTANCES.with_borrow(|all| all.iter().find(|one| one.id.0 == id).cloned())
}

/// Connects an object of the page and gives its number.
///
/// `attributes` maps names to texts. An element comes with the parts of its form, a session without a form has none.
#[wasm_bindgen]
pub fn connect(
    target: EventTarget,
    attributes: Map,
    root: Option<FormRoot>,
    locale: Option<LocaleController>,
    countries: Option<CountryList>,
) -> u32 {
    let id = LAST_ID.get().wrapping_add(1);
    LAST_ID.set(id);
    let form = match (root, locale, countries) {
        (Some(root), Some(locale), Some(countries)) => Some(FormParts {
            root,
            locale,
            countries,
        }),
        _ => None,
    };
    let instance = Rc::new(Instance {
        id: HostId(id),
        target,
        attributes: Attributes(Rc::new(RefCell::new(attributes))),
        form,
        active: RefCell::new(None),
    });
    INSTANCES.with_borrow_mut(|all| all.push(Rc::clone(&instance)));
    instance.activate();
    id
}

/// The object is gone from the page.
#[wasm_bindgen]
pub fn disconnect(id: u32) {
    if let Some(instance) = instance(id) {
        INSTANCES.with_borrow_mut(|all| {
            if let Some(at) = all.iter().position(|one| one.id.0 == id) {
                all.swap_remove(at);
            }
        });
        instance.deactivate();
    }
}

/// Some attributes have changed; these are all of them.
#[wasm_bindgen]
pub fn attributes_changed(id: u32, attributes: Map) {
    if let Some(instance) = instance(id) {
        instance.attributes.0.replace(attributes);
        instance.update();
    }
}

/// The session as JSON; `None` while nobody is signed in.
#[wasm_bindgen]
pub fn session(id: u32) -> Option<String> {
    instance(id)?.runner()?.session()
}

/// Asks for a token that is good for so many seconds. One of the functions is called, once: `resolve` with the token, or `reject`
/// with kind, code and whether the same call may succeed a moment later.
#[wasm_bindgen]
pub fn get_token(id: u32, min_validity: f64, resolve: Function, reject: Function) {
    let Some(runner) = instance(id).and_then(|instance| instance.runner()) else {
        let kind = JsValue::from_str(Kind::Configuration.as_str());
        // The functions of a promise do not throw.
        let _ = reject.call1(&JsValue::NULL, &kind);
        return;
    };
    // Negative values and values that are not numbers become 0.
    let validity = clock::millis(min_validity * 1000.0);
    let done = move |answer: Result<Secret, Problem>| {
        let _ = match answer {
            Ok(token) => resolve.call1(&JsValue::NULL, &JsValue::from_str(token.expose())),
            Err(problem) => reject.call3(
                &JsValue::NULL,
                &JsValue::from_str(problem.kind.as_str()),
                // The engine's codes have four digits.
                &problem
                    .code
                    .and_then(|code| i32::try_from(code).ok())
                    .map_or(JsValue::NULL, JsValue::from),
                &JsValue::from_bool(problem.kind.is_retryable()),
            ),
        };
    };
    runner.request_token(validity, None, Box::new(done));
}

/// Whether a request of the page to an absolute address may carry a token.
#[wasm_bindgen]
pub fn may_receive_token(id: u32, url: &str) -> bool {
    let Some(origin) = document::origin_of(url) else {
        return false;
    };
    instance(id).is_some_and(|instance| {
        let active = instance.active.borrow();
        let allowed = active
            .as_ref()
            .map(|active| active.config.allow_origins.as_slice());
        token_use::may_receive_token(&origin, &document::origin(), allowed.unwrap_or_default())
    })
}

/// The headers for a request of the page that carries a token: names and values in turn; empty while nobody is signed in.
#[wasm_bindgen]
pub fn token_headers(id: u32, token: &str) -> Array {
    let headers = Array::new();
    if let Some(runner) = instance(id).and_then(|instance| instance.runner()) {
        for (name, value) in runner.token_headers(&Secret::new(token)) {
            headers.push(&JsValue::from_str(name));
            headers.push(&JsValue::from_str(&value));
        }
    }
    headers
}

/// Asks for another token, if the shop's server has refused one by this status. `resolve` is called once: with the token for the
/// second request, or with nothing if there is to be none.
#[wasm_bindgen]
pub fn replacement_token(id: u32, status: u16, refused: &str, resolve: Function) {
    let runner = instance(id).and_then(|instance| instance.runner());
    let Some(runner) = runner.filter(|_| token_use::is_token_refused(status)) else {
        // The function of a promise does not throw.
        let _ = resolve.call0(&JsValue::NULL);
        return;
    };
    let refused = Secret::new(refused);
    let first = refused.clone();
    let done = move |answer: Result<Secret, Problem>| {
        let other = answer
            .ok()
            .filter(|other| token_use::may_repeat(&first, other));
        let other = other.map_or(JsValue::UNDEFINED, |token| {
            JsValue::from_str(token.expose())
        });
        let _ = resolve.call1(&JsValue::NULL, &other);
    };
    runner.request_token(token_use::VALIDITY, Some(refused), Box::new(done));
}

/// Ends the session.
#[wasm_bindgen]
pub fn sign_out(id: u32) {
    handle(id, Input::SignOut);
}

/// Lets a signed-in customer choose another password.
#[wasm_bindgen]
pub fn change_password(id: u32) {
    handle(id, Input::ChangePassword(HostId(id)));
}

/// Back to the first step.
#[wasm_bindgen]
pub fn restart(id: u32) {
    handle(id, Input::Restart(HostId(id)));
}

/// The form gets its texts in another language, or other texts.
#[wasm_bindgen]
pub fn texts_changed(id: u32) {
    if let Some(instance) = instance(id)
        && let Some(active) = &*instance.active.borrow()
        && let Some(form) = &active.view.form
    {
        form.renderer.set_texts(Texts::new(form.locale.catalogue()));
        // The names of countries change as well.
        active.runner.render();
    }
}

/// The table of countries is there.
#[wasm_bindgen]
pub fn countries_loaded(id: u32, table: String) {
    handle(id, Input::CountriesLoaded(HostId(id), table));
}

/// An event of the form.
#[wasm_bindgen]
pub fn on_form_event(id: u32, event: &web_sys::Event) {
    let host = HostId(id);
    let intent = instance(id).and_then(|instance| {
        let active = instance.active.borrow();
        active.as_ref()?.view.form.as_ref()?.renderer.intent(event)
    });
    match intent {
        Some(UserIntent::IdentifierTyped(text)) => handle(id, Input::IdentifierTyped(host, text)),
        Some(UserIntent::CountryChosen(code)) => handle(id, Input::CountryChosen(host, code)),
        Some(UserIntent::Submit(fields)) => {
            let values = instance(id).map_or_else(Vec::new, |instance| instance.values(fields));
            handle(id, Input::Submit(host, values));
        }
        Some(UserIntent::Press(action)) => handle(id, Input::Press(host, action)),
        None => {}
    }
}

fn handle(id: u32, input: Input) {
    if let Some(runner) = instance(id).and_then(|instance| instance.runner()) {
        runner.handle(input);
    }
}

impl Instance {
    fn runner(&self) -> Option<Rc<Runner>> {
        self.active
            .borrow()
            .as_ref()
            .map(|active| Rc::clone(&active.runner))
    }

    /// The typed values. A new password is tried on the shop's pattern, which only the browser can read.
    fn values(&self, fields: Vec<(FieldKind, Secret)>) -> Vec<FieldValue> {
        let pattern = self.attributes.get(PATTERN);
        let matches_policy = |asked, value: &Secret| {
            asked != FieldKind::NewPassword
                || pattern
                    .as_ref()
                    .is_none_or(|pattern| matches_pattern(pattern, value.expose()) != Some(false))
        };
        let mut values = Vec::new();
        for (asked, value) in fields {
            values.push(FieldValue {
                asked,
                fits: matches_policy(asked, &value),
                value,
            });
        }
        values
    }

    /// Takes part, or stays inert and says why.
    fn activate(&self) {
        let config = match self.read_config() {
            Ok(config) => config,
            Err(mistakes) => return self.report(&mistakes),
        };
        let runner = Runner::of(&config.settings, &self.target);
        let form = self.open_form(&config);
        let settings = form.is_some().then(|| config.form.clone());
        let view = Rc::new(HostView {
            target: self.target.clone(),
            form,
        });
        *self.active.borrow_mut() = Some(Active {
            runner: Rc::clone(&runner),
            view: Rc::clone(&view),
            config,
        });
        runner.attach(self.id, view, settings);
    }

    fn open_form(&self, config: &Config) -> Option<Form> {
        let FormParts {
            root,
            locale,
            countries,
        } = self.form.as_ref()?;
        let root = root.open(config.in_shadow, config.in_dialog);
        let texts = Texts::new(locale.catalogue());
        Some(Form {
            // Whoever brings the parts of a form is an element.
            element: self.target.clone().unchecked_into(),
            renderer: Renderer::new(root.clone(), config.in_dialog, texts, self.id.0),
            root,
            locale: locale.clone(),
            countries: countries.clone(),
            attributes: self.attributes.clone(),
            state: Cell::new(None),
            otp_request: RefCell::new(None),
        })
    }

    fn deactivate(&self) {
        if let Some(active) = self.active.take() {
            // The drawing goes with the last who holds it, before the fallback comes back.
            active.runner.detach(self.id);
        }
        if let Some(form) = &self.form {
            form.root.close();
        }
    }

    /// Another address or brand is another login; anything else applies at once.
    fn update(&self) {
        let new = self.read_config();
        let same = match (&new, &*self.active.borrow()) {
            (Ok(new), Some(active)) => {
                new.settings.base_url == active.config.settings.base_url
                    && new.settings.brand == active.config.settings.brand
            }
            _ => false,
        };
        let Ok(new) = new else {
            self.deactivate();
            return self.activate();
        };
        if !same {
            self.deactivate();
            return self.activate();
        }
        if let Some(runner) = self.runner() {
            runner.handle(Input::SettingsChanged(new.settings.clone()));
            runner.handle(Input::FormSettingsChanged(self.id, new.form.clone()));
        }
        if let Some(active) = &mut *self.active.borrow_mut() {
            active.config = new;
        }
    }

    fn read_config(&self) -> Result<Config, Vec<Mistake>> {
        let config = Config::read(|name| self.attributes.get(name));
        let pattern = self.attributes.get(PATTERN);
        let pattern = pattern.filter(|pattern| matches_pattern(pattern, "").is_none());
        let is_locale_valid = self.form.as_ref().is_none_or(|form| form.locale.is_valid());
        let locale = self.attributes.get(LOCALE).filter(|_| !is_locale_valid);
        let mut mistakes = Vec::new();
        let config = config.map_err(|found| mistakes = found).ok();
        mistakes.extend(Mistake::of(PATTERN, pattern));
        mistakes.extend(Mistake::of(LOCALE, locale));
        let Some(config) = config.filter(|_| mistakes.is_empty()) else {
            return Err(mistakes);
        };
        if !config.allow_framing && document::is_framed_by_other_origin() {
            return Err(vec![Mistake {
                attribute: "allow-framing",
                found: None,
                legal: "present, or a page that is not inside a frame of another origin",
            }]);
        }
        Ok(config)
    }

    fn report(&self, mistakes: &[Mistake]) {
        let sentences: Vec<_> = mistakes.iter().map(Mistake::sentence).collect();
        let text = ["ae-login: ", &sentences.join("; ")].concat();
        web_sys::console::error_1(&JsValue::from_str(&text));
        dispatch(
            &self.target,
            &Event::Error {
                kind: Kind::Configuration,
                code: None,
                step: None,
            },
        );
    }
}
