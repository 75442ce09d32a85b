//! The bench: a `Login` and an engine, a wire to cut, clocks to turn.
//!
//! ```text
//! TestPage    a page with its forms, its drawer and its clocks, joined to an engine that knows no client
//! Wire    what becomes of a request on its way
//! Tab     the two records that outlive a page
//! Shop    several pages that share one session (`shop.rs`)
//! ```
//!
//! Everything is pumped until it is quiet, as a browser's event loop would; whatever is pumped is also checked against the rules
//! that hold at every moment (`look`), so that each test guards them too.

pub mod cast;
mod recorded;
mod rules;
pub mod shop;
pub mod world;

use std::collections::BTreeSet;
use std::fmt::Write as _;

use ae_engine::{Customer, Endpoint, Engine, Fault};
use ae_login::login::codec::to_json;
use ae_login::login::config::{FormSettings, Settings, Storage};
use ae_login::login::problem::{Kind, Problem};
use ae_login::login::secret::Secret;
use ae_login::login::session::WakeReason;
use ae_login::login::text::Text;
use ae_login::login::time::{Millis, Now};
use ae_login::login::view::{Action, FieldKind, FieldValue, StepName, View};
use ae_login::login::wire::{Call, HttpResponse, Request, TransportError};
use ae_login::login::{Effect, Event, HostId, Input, Login, Ticket, TokenRequestId};

use rules::{allowed, is_login, legal, may_ask, proves, renews, texts};
use world::{arrived, config};

pub const ADA: &str = "ada@example.org";
pub const MOBILE: &str = "+91 99999 22332";
/// When every test begins, in milliseconds since 1970.
pub const BEGINNING: Millis = 1_760_000_000_000;
pub const SECOND: Millis = 1_000;
pub const MINUTE: Millis = 60 * SECOND;
pub const HOUR: Millis = 60 * MINUTE;
pub const DAY: Millis = 24 * HOUR;
/// How long the browser's room waits for an answer.
const PATIENCE: Millis = 10 * SECOND;
const ORIGIN: &str = "https://shop.example";

/// What becomes of a request on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wire {
    /// It arrives, and so does the answer.
    Whole,
    /// Nothing arrives anywhere, and the browser knows at once.
    Cut,
    /// The same, and it knows why.
    Offline,
    /// The request arrives; the answer does not.
    LosesAnswers,
    /// Nothing arrives anywhere, and nobody says so.
    Silent,
}

/// What outlives a page.
#[derive(Debug, Default, Clone)]
pub struct Tab {
    pub session: Option<String>,
    pub step: Option<String>,
}

/// A question under way.
#[derive(Debug)]
struct Flight {
    ticket: Ticket,
    call: Call,
    /// On the page's monotonic clock.
    arrives: Millis,
    /// The browser was told to give it up. It arrives all the same: the race that tickets are for.
    cancelled: bool,
    reply: Result<HttpResponse, TransportError>,
}

/// A page with one login, and the engine it asks.
pub struct TestPage {
    pub engine: Engine,
    pub wire: Wire,
    /// How long an answer takes.
    pub slow: Millis,
    /// What the tab's drawer holds.
    pub tab: Tab,
    /// Whether the browser refuses to keep anything.
    pub full: bool,
    /// Timers ring only at multiples of this, as in a hidden tab.
    pub lazy_timers: Millis,
    /// The laziest they were since somebody began to wait for a token.
    was_lazy: Millis,
    /// The `Debug` text of everything that went in and out, and of the machine itself.
    pub log: Option<String>,
    login: Login,
    settings: Settings,
    form: FormSettings,
    hosts: Vec<(HostId, bool)>,
    flights: Vec<Flight>,
    sent: Vec<(Call, String)>,
    cancelled: usize,
    heard: Vec<(HostId, Event)>,
    /// What was to be done, in words, while somebody wants to know.
    order: Option<Vec<String>>,
    /// The token of the newest first factor that opened a second one.
    pending: Option<String>,
    /// Every code and password that was sent.
    secrets: BTreeSet<String>,
    /// Whatever was typed where a name belongs: no secret any more, should it be one.
    names: BTreeSet<String>,
    /// Answers that do not come from the engine, each for the next such call.
    instead: Vec<(Call, HttpResponse)>,
    settled: Vec<(TokenRequestId, Result<String, Problem>)>,
    /// Who waits for a token, and since when.
    asking: Vec<(TokenRequestId, Millis)>,
    /// The factors have changed since a screen was reached under the old ones.
    is_adjusted: bool,
    /// The brand's policy for new passwords, as the page's pattern would judge it.
    pub policy: Option<fn(&str) -> bool>,
    /// The browser's own name.
    pub device: String,
    /// How often it was asked for.
    devices_asked: std::cell::Cell<usize>,
    /// Nobody has typed a code since somebody signed out.
    out: bool,
    last_host: u32,
    last_ask: u32,
    last_ticket: u32,
    /// The engine's own time.
    real: Millis,
    mono: Millis,
    wall: Millis,
    pages: u64,
}

/// The dice of this seed fall on nought first: such a page renews no sooner than it must.
pub const PATIENT: u64 = 0x61c8_8646_80b5_83eb;
/// The first form of a page.
pub const FORM: HostId = HostId(1);

impl TestPage {
    /// One form that takes numbers and addresses, and an engine as documented.
    pub fn new() -> Self {
        Self::with(&[], |_| {})
    }

    /// The same with other attributes and another engine.
    pub fn with(attributes: &[(&str, &str)], set: impl FnOnce(&mut ae_engine::Settings)) -> Self {
        let mut page = Self::without_a_form(attributes, set);
        page.joins(true);
        page.begins();
        page
    }

    /// A page whose session has no form (`createSession`).
    pub fn headless(
        attributes: &[(&str, &str)],
        set: impl FnOnce(&mut ae_engine::Settings),
    ) -> Self {
        let mut page = Self::without_a_form(attributes, set);
        page.joins(false);
        page.begins();
        page
    }

    fn without_a_form(
        attributes: &[(&str, &str)],
        set: impl FnOnce(&mut ae_engine::Settings),
    ) -> Self {
        let mut engine = ae_engine::Settings::documented();
        set(&mut engine);
        let config = config(attributes);
        Self {
            engine: Engine::new(engine, 1),
            wire: Wire::Whole,
            slow: 0,
            tab: Tab::default(),
            full: false,
            lazy_timers: 0,
            was_lazy: 0,
            log: None,
            login: Login::new(config.settings.clone(), PATIENT),
            settings: config.settings,
            form: config.form,
            hosts: Vec::new(),
            flights: Vec::new(),
            sent: Vec::new(),
            cancelled: 0,
            heard: Vec::new(),
            order: None,
            pending: None,
            secrets: BTreeSet::new(),
            names: BTreeSet::new(),
            instead: Vec::new(),
            settled: Vec::new(),
            asking: Vec::new(),
            is_adjusted: false,
            policy: None,
            device: "1-2-3-4".to_owned(),
            devices_asked: std::cell::Cell::new(0),
            out: false,
            last_host: 0,
            last_ask: 0,
            last_ticket: 0,
            real: BEGINNING,
            mono: 5,
            wall: BEGINNING,
            pages: 1,
        }
    }

    /// A form where a code is waited for.
    pub fn at_code() -> Self {
        let mut page = Self::new();
        page.submits(ADA);
        assert_eq!(page.step(), StepName::Code);
        page
    }

    /// Somebody is signed in with a token of so many seconds.
    pub fn signed_in_for(seconds: u64) -> Self {
        let mut page = Self::with(&[], |engine| engine.set_lives(seconds));
        page.signs_in();
        page
    }

    /// The same in a page whose dice fall in another way.
    pub fn signed_in_by_chance(seed: u64, seconds: u64) -> Self {
        let mut page = Self::without_a_form(&[], |engine| engine.set_lives(seconds));
        page.login = Login::new(page.settings.clone(), seed);
        page.joins(true);
        page.begins();
        page.signs_in();
        page
    }

    // What people and pages do ------------------------------------------------------------------------------------------

    pub fn types(&mut self, text: &str) {
        self.types_in(FORM, text);
    }

    pub fn types_in(&mut self, host: HostId, text: &str) {
        self.does(Input::IdentifierTyped(host, text.to_owned()));
    }

    /// Sends the form with this in its first field.
    pub fn submits(&mut self, text: &str) {
        self.submits_in(FORM, text);
    }

    pub fn submits_in(&mut self, host: HostId, text: &str) {
        let fields = self.fields(host, text);
        self.does(Input::Submit(host, fields));
    }

    /// Sends the form again before anything else can happen.
    pub fn submits_twice(&mut self, text: &str) {
        let (first, second) = (self.fields(FORM, text), self.fields(FORM, text));
        self.handle(Input::Submit(FORM, first));
        self.does(Input::Submit(FORM, second));
    }

    fn fields(&self, host: HostId, text: &str) -> Vec<FieldValue> {
        self.entries(host, &[text])
    }

    /// What stands in the fields of a screen; the last text in all that are left.
    fn entries(&self, host: HostId, texts: &[&str]) -> Vec<FieldValue> {
        let view = self.sees_in(host);
        let last = texts.last().copied().unwrap_or_default();
        let texts = texts.iter().copied().chain(std::iter::repeat(last));
        view.fields
            .iter()
            .zip(texts)
            .map(|(field, text)| FieldValue {
                kind: field.kind,
                value: Secret::new(text),
                meets_policy: self.policy.is_none_or(|fits| fits(text)),
            })
            .collect()
    }

    /// Sends the form with a text for each of its fields; the last one goes into all that are left.
    pub fn fills(&mut self, texts: &[&str]) {
        self.fills_in(FORM, texts);
    }

    pub fn fills_in(&mut self, host: HostId, texts: &[&str]) {
        let entries = self.entries(host, texts);
        self.does(Input::Submit(host, entries));
    }

    /// What the form takes.
    pub fn form(&self) -> &FormSettings {
        &self.form
    }

    pub fn presses(&mut self, action: Action) {
        self.does(Input::Press(FORM, action));
    }

    pub fn presses_in(&mut self, host: HostId, action: Action) {
        self.does(Input::Press(host, action));
    }

    /// The page wants another password chosen.
    pub fn changes_password(&mut self) {
        self.does(Input::ChangePassword(FORM));
    }

    /// Sends the code that was sent to the customer last.
    pub fn submits_code(&mut self) {
        let code = self.code_sent();
        self.submits(&code);
    }

    /// Goes all the way from the first step to a session.
    pub fn signs_in(&mut self) {
        self.submits(ADA);
        let code = self.code_sent();
        self.submits(&code);
        assert_eq!(self.step(), StepName::SignedIn);
    }

    pub fn signs_out(&mut self) {
        self.does(Input::SignOut);
    }

    pub fn restarts(&mut self) {
        self.does(Input::Restart(FORM));
    }

    pub fn wakes(&mut self) {
        self.does(Input::Wake(WakeReason::Resumed));
    }

    /// Somebody else shows this login, or only listens to it.
    pub fn joins(&mut self, with_form: bool) -> HostId {
        let first = self.hosts.is_empty();
        self.last_host += 1;
        let host = HostId(self.last_host);
        let step = self.tab.step.as_ref().filter(|_| first && with_form);
        let step = step.map(Secret::new);
        let form = with_form.then(|| self.form.clone());
        self.hosts.push((host, with_form));
        self.does(Input::Attach(host, form, step));
        host
    }

    fn begins(&mut self) {
        let session = self.tab.session.as_ref().map(Secret::new);
        self.does(Input::Start(session, None));
    }

    pub fn leaves(&mut self, host: HostId) {
        self.hosts.retain(|(there, _)| *there != host);
        self.does(Input::Detach(host));
    }

    /// The page is loaded again: what was in flight is lost, the tab's drawer and the wall clock stay.
    pub fn reload(&mut self) {
        self.goes();
        self.comes_back();
    }

    /// The page goes away with everything in it.
    pub fn goes(&mut self) {
        self.flights.clear();
        self.asking.clear();
        self.hosts.clear();
        self.last_host = 0;
    }

    /// A page comes back, with a monotonic clock that begins again.
    pub fn comes_back(&mut self) {
        self.pages += 1;
        self.mono = 3;
        self.last_ticket = 0;
        self.login = Login::new(self.settings.clone(), PATIENT);
        self.joins(true);
        self.begins();
    }

    /// Shared attributes change.
    pub fn settles(&mut self, change: impl FnOnce(&mut Settings)) {
        change(&mut self.settings);
        self.does(Input::SettingsChanged(self.settings.clone()));
    }

    /// A form's attributes change.
    pub fn adjusts(&mut self, change: impl FnOnce(&mut FormSettings)) {
        let factors = |form: &FormSettings| {
            (
                form.first_factor,
                form.second_factor,
                form.second_method,
                form.second_identifier,
            )
        };
        let before = factors(&self.form);
        change(&mut self.form);
        self.is_adjusted |= factors(&self.form) != before;
        self.does(Input::FormSettingsChanged(FORM, self.form.clone()));
    }

    /// Asks for a token that is good for so many seconds.
    pub fn asks_for_token(&mut self, seconds: u64) -> TokenRequestId {
        self.last_ask += 1;
        let ask = TokenRequestId(self.last_ask);
        self.asking.push((ask, self.mono));
        self.does(Input::RequestToken(ask, seconds * SECOND, None));
        ask
    }

    /// What somebody who asked for a token got, if anything yet.
    pub fn token_for(&self, ask: TokenRequestId) -> Option<Result<String, Kind>> {
        let (_, answer) = self.settled.iter().find(|(settled, _)| *settled == ask)?;
        Some(answer.clone().map_err(|problem| problem.kind))
    }

    /// Asks and gets an answer, at once or when a second is over since the last question.
    pub fn gets_token(&mut self, seconds: u64) -> Result<String, Kind> {
        let ask = self.asks_for_token(seconds);
        for _ in 0..100 {
            if let Some(answer) = self.token_for(ask) {
                return answer;
            }
            self.pass(10);
        }
        self.token_for(ask).expect("an answer within a second")
    }

    /// Anything at all.
    pub fn does(&mut self, input: Input) {
        self.handle(input);
        self.drive();
    }

    // Time --------------------------------------------------------------------------------------------------------------

    /// All clocks go on, timers ring when they should, answers arrive.
    pub fn pass(&mut self, span: Millis) {
        let end = self.mono + span;
        self.drive();
        // A second's tick for each form, and some for whatever else is due.
        let most = (span / SECOND + 2) * (Millis::from(self.last_host) + 2) + 100;
        let mut turns = 0;
        while self.mono < end {
            turns += 1;
            assert!(turns < most, "it wakes up all the time: {:?}", self.login);
            let rings = self.login.wake_at(self.now()).map(|at| self.lazily(at.0));
            let arrives = self.flights.iter().map(|flight| flight.arrives).min();
            let next = rings.into_iter().chain(arrives).min().unwrap_or(end);
            let step = next.clamp(self.mono + 1, end) - self.mono;
            self.mono += step;
            self.wall += step;
            self.real += step;
            self.drive();
        }
    }

    /// The machine sleeps: the monotonic clock and all timers stand still.
    pub fn sleep(&mut self, span: Millis) {
        self.wall += span;
        self.real += span;
    }

    /// Time between pages.
    pub fn away(&mut self, span: Millis) {
        self.sleep(span);
    }

    /// Somebody, or a time server, sets the device's clock.
    pub fn set_wall(&mut self, by: i64) {
        self.wall = self.wall.checked_add_signed(by).expect("after 1970");
    }

    /// How far the page's monotonic clock is.
    pub fn mono(&self) -> Millis {
        self.mono
    }

    /// Both clocks of the page say anything at all.
    pub fn set_clocks(&mut self, now: Now) {
        (self.mono, self.wall) = (now.monotonic.0, now.unix.0);
        // How long somebody waits cannot be counted by such clocks.
        self.asking.clear();
    }

    /// The time that nobody can set.
    pub fn real(&self) -> Millis {
        self.real
    }

    pub fn now(&self) -> Now {
        Now::new(self.mono, self.wall)
    }

    pub fn wakes_in(&self) -> Option<Millis> {
        let at = self.login.wake_at(self.now())?;
        Some(at.0.saturating_sub(self.mono))
    }

    fn lazily(&self, at: Millis) -> Millis {
        match self.lazy_timers {
            0 => at,
            every => at.div_ceil(every) * every,
        }
    }

    /// Delivers what is due until nothing is.
    fn drive(&mut self) {
        for _ in 0..200 {
            let due = self.flights.iter().enumerate();
            let due = due.filter(|(_, flight)| flight.arrives <= self.mono);
            if let Some((at, _)) = due.min_by_key(|(_, flight)| (flight.arrives, flight.ticket.0)) {
                let flight = self.flights.remove(at);
                let before = flight.cancelled.then(|| self.face());
                self.handle(Input::Response(flight.ticket, flight.reply));
                if let Some(before) = before {
                    assert_eq!(self.face(), before, "an old answer changes nothing");
                }
                continue;
            }
            let rings = self.login.wake_at(self.now()).map(|at| self.lazily(at.0));
            if rings.is_some_and(|at| at <= self.mono) {
                self.handle(Input::Wake(WakeReason::Timer));
                continue;
            }
            return;
        }
        panic!("it never comes to rest: {:?}", self.login);
    }

    // What is seen and heard --------------------------------------------------------------------------------------------

    pub fn sees(&self) -> View {
        self.sees_in(FORM)
    }

    pub fn sees_in(&self, host: HostId) -> View {
        self.login
            .view(self.now(), host)
            .expect("a form that is there")
    }

    pub fn step(&self) -> StepName {
        self.sees().step
    }

    pub fn notice(&self) -> Option<Text> {
        self.sees().notice.map(|notice| notice.text)
    }

    pub fn detail(&self) -> Option<String> {
        self.sees().notice?.detail
    }

    pub fn error(&self) -> Option<Text> {
        self.sees().fields.first()?.error
    }

    pub fn field(&self) -> String {
        self.sees().fields.first().expect("a field").value.clone()
    }

    /// What is wrong with one of the fields.
    pub fn wrong(&self, asked: FieldKind) -> Option<Text> {
        let view = self.sees();
        let mut fields = view.fields.iter();
        fields.find(|field| field.kind == asked)?.error
    }

    /// Everything that a person is told at the moment, in a field or about the form.
    pub fn told(&self) -> Vec<Text> {
        let view = self.sees();
        let errors = view.fields.iter().filter_map(|field| field.error);
        errors
            .chain(view.notice.map(|notice| notice.text))
            .collect()
    }

    /// Whether there is such a button.
    pub fn offers(&self, action: Action) -> bool {
        let view = self.sees();
        let mut buttons = view.submit.iter().chain(&view.actions);
        buttons.any(|button| button.action == action)
    }

    /// Seconds until a button works.
    pub fn waits(&self, action: Action) -> Option<u64> {
        let view = self.sees();
        let button = view.submit.iter().chain(&view.actions);
        button
            .into_iter()
            .find(|button| button.action == action)
            .expect("a button")
            .wait
    }

    /// What the first form heard since it was last asked, in words.
    pub fn heard(&mut self) -> Vec<String> {
        self.heard_by(FORM)
    }

    pub fn heard_by(&mut self, host: HostId) -> Vec<String> {
        let (his, others) = std::mem::take(&mut self.heard)
            .into_iter()
            .partition(|(who, _)| *who == host);
        self.heard = others;
        his.into_iter()
            .map(|(_, event): (HostId, Event)| word(&event))
            .collect()
    }

    /// The events themselves.
    pub fn events(&self) -> &[(HostId, Event)] {
        &self.heard
    }

    pub fn session(&self) -> Option<serde_json::Value> {
        let json = self.session_text()?;
        Some(serde_json::from_str(&json).expect("the session is JSON"))
    }

    pub fn session_text(&self) -> Option<String> {
        self.login.session()
    }

    pub fn is_signed_in(&self) -> bool {
        self.login.session().is_some()
    }

    /// The token in the tab's drawer.
    pub fn kept_token(&self) -> Option<String> {
        let record: serde_json::Value =
            serde_json::from_str(self.tab.session.as_ref()?).expect("a record is JSON");
        Some(record["token"].as_str().expect("a token").to_owned())
    }

    /// How often the browser's own name was asked for.
    pub fn devices_asked(&self) -> usize {
        self.devices_asked.get()
    }

    /// The newest code "sent" to anybody.
    pub fn code_sent(&self) -> String {
        let message = self.engine.outbox().last();
        message.expect("a message").code.clone()
    }

    /// A code that is not the one that was sent.
    pub fn wrong_code(&self) -> String {
        let right = self.engine.outbox().last();
        let unlucky = right.is_some_and(|message| message.code == "564738");
        if unlucky { "857463" } else { "564738" }.to_owned()
    }

    /// Everything the page asked, whether it arrived or not.
    pub fn sent(&self) -> &[(Call, String)] {
        &self.sent
    }

    /// Which calls those were.
    pub fn calls(&self) -> Vec<Call> {
        self.sent.iter().map(|(call, _)| *call).collect()
    }

    /// What such a call said when it was made last.
    pub fn body_of(&self, call: Call) -> serde_json::Value {
        let mut sent = self.sent.iter().rev();
        let (_, body) = sent.find(|(sent, _)| *sent == call).expect("such a call");
        serde_json::from_str(body).expect("JSON")
    }

    /// Everything that would outlive the page, and everything it was told.
    pub fn traces(&self) -> String {
        let Self { tab, heard, .. } = self;
        format!("{tab:?} {heard:?} {:?}", self.session_text())
    }

    pub fn sent_of(&self, call: Call) -> usize {
        self.sent.iter().filter(|(sent, _)| *sent == call).count()
    }

    pub fn renewals(&self) -> usize {
        self.sent_of(Call::Renew)
    }

    pub fn cancelled(&self) -> usize {
        self.cancelled
    }

    /// How many answers somebody still waits for.
    pub fn in_flight(&self) -> usize {
        self.flights
            .iter()
            .filter(|flight| !flight.cancelled)
            .count()
    }

    /// All that can be seen of the login.
    fn face(&self) -> (Vec<Option<View>>, Option<String>, usize) {
        let hosts = self.hosts.iter();
        let views = hosts.map(|(host, _)| self.login.view(self.now(), *host));
        // Whatever comes may have a record written that could not be written before.
        let heard = self.heard.iter().map(|(_, event)| word(event));
        let heard = heard.filter(|word| word != "error storage");
        (views.collect(), self.session_text(), heard.count())
    }

    pub fn debug(&self) -> String {
        format!("{:?}", self.login)
    }

    // Trouble -----------------------------------------------------------------------------------------------------------

    /// The next such call goes wrong.
    pub fn spoil(&mut self, call: Call, fault: Fault) {
        self.engine.inject(endpoint(call), fault, Some(1));
    }

    /// The next such call is refused with this code.
    pub fn refuse(&mut self, call: Call, code: i64) {
        self.spoil(call, Fault::Code(code, None));
    }

    /// The next such call does not reach the engine and is answered so.
    pub fn answers(&mut self, call: Call, reply: HttpResponse) {
        self.instead.push((call, reply));
    }

    /// Every such call goes wrong from now on.
    pub fn spoil_all(&mut self, call: Call, fault: Fault) {
        self.engine.inject(endpoint(call), fault, None);
    }

    // The page's loop ---------------------------------------------------------------------------------------------------

    /// What is to be done about something, in its order and in words; it is done then, too.
    pub fn effects_of(&mut self, input: Input) -> Vec<String> {
        self.order = Some(Vec::new());
        self.does(input);
        self.order.take().expect("what was to be done")
    }

    fn handle(&mut self, input: Input) {
        let now = self.now();
        if let Some(log) = &mut self.log {
            let _ = writeln!(log, "{input:?}");
        }
        match &input {
            Input::IdentifierTyped(_, text) => {
                self.names.insert(text.clone());
            }
            Input::Submit(_, entries) => {
                let names = entries.iter().filter(|entry| !entry.kind.is_secret());
                self.names
                    .extend(names.map(|entry| entry.value.expose().to_owned()));
            }
            _ => {}
        }
        let signs_out = matches!(input, Input::SignOut);
        let submits = matches!(input, Input::Submit(..));
        let may = may_ask(&input);
        let effects = self.login.handle(now, input);
        if let Some(order) = &mut self.order {
            order.extend(effects.iter().map(in_words));
        }
        let mut asked = Vec::new();
        if let Some(log) = &mut self.log {
            let _ = writeln!(log, "{effects:?}\n{:?}", self.login);
        }
        let mut not_kept = false;
        let mut turns = Vec::new();
        for effect in effects {
            match effect {
                Effect::Send(ticket, request) => {
                    assert!(may.contains(&request.call), "{:?} of itself", request.call);
                    assert!(!asked.contains(&request.call), "one question at a time");
                    asked.push(request.call);
                    let secret = ["\"otp\":", "\"password\":"];
                    let body = to_json(&request.body);
                    assert!(
                        submits || !secret.iter().any(|field| body.contains(field)),
                        "a secret goes once, when the form is sent: {:?}",
                        request.call
                    );
                    self.out &= !proves(request.call);
                    self.carry(ticket, &request);
                }
                Effect::Cancel(ticket) => {
                    let flight = self
                        .flights
                        .iter_mut()
                        .find(|flight| flight.ticket == ticket && !flight.cancelled);
                    flight.expect("only what is asked is given up").cancelled = true;
                    self.cancelled += 1;
                }
                Effect::StoreSession(record, ..) => {
                    if let Some(record) = &record {
                        let record = self.without_secrets(record);
                        is_login(record["token"].as_str().expect("a token"));
                    }
                    not_kept |= self.full && record.is_some();
                    self.tab.session = self.kept(record);
                }
                // A page that shares with nobody.
                Effect::AcquireLock(ticket) => turns.push(ticket),
                Effect::ReleaseLock(_) | Effect::ReadSharedRecord(_) | Effect::StoreLastUse(_) => {}
                Effect::StoreStep(record) => {
                    if let Some(record) = &record {
                        self.without_secrets(record);
                    }
                    not_kept |= self.full && record.is_some();
                    self.tab.step = self.kept(record);
                }
                Effect::Dispatch(host, event) => {
                    if let Some(log) = &mut self.log {
                        let _ = writeln!(log, "{:?}", event.to_page());
                    }
                    self.out |= matches!(event, Event::SignedOut(_));
                    self.heard.push((host, event));
                }
                Effect::ResolveToken(ask, answer) => self.settle(ask, answer),
            }
        }
        self.out |= signs_out;
        if signs_out {
            assert!(!self.is_signed_in(), "signing out is at once");
            assert_eq!(self.tab.session, None, "what was kept goes first");
        }
        if turns.is_empty() {
            self.look();
        }
        for ticket in turns {
            self.handle(Input::LockGranted(ticket));
        }
        if not_kept {
            self.handle(Input::StorageFailed);
        }
    }

    /// Somebody who asked for a token is answered.
    fn settle(&mut self, ask: TokenRequestId, answer: Result<Secret, Problem>) {
        assert!(
            !self.settled.iter().any(|(settled, _)| *settled == ask),
            "a promise is kept once"
        );
        self.asking.retain(|(asking, _)| *asking != ask);
        if let Ok(token) = &answer {
            is_login(token.expose());
        }
        let answer = answer.map(|token| token.expose().to_owned());
        self.settled.push((ask, answer));
    }

    /// Reads a record, in which no code, no password and no half login may stand.
    fn without_secrets(&self, record: &Secret) -> serde_json::Value {
        let record: serde_json::Value =
            serde_json::from_str(record.expose()).expect("a record is JSON");
        // Of the same second and under other attributes, the same token may be a login.
        let pending = self.pending.as_ref().filter(|_| !self.is_adjusted);
        for text in texts(&record) {
            let is_secret = self.secrets.contains(text) && !self.names.contains(text);
            assert!(!is_secret, "{text} is written down: {record}");
            assert!(
                pending.is_none_or(|token| token != text),
                "a first factor's token is written down: {record}"
            );
        }
        record
    }

    /// What stays of a record in the tab (`browser/storage.rs`).
    fn kept(&self, record: Option<Secret>) -> Option<String> {
        let keeps = !self.full && self.settings.storage != Storage::Memory;
        record
            .filter(|_| keeps)
            .map(|record| record.expose().to_owned())
    }

    /// Takes a question to the engine and notes when its answer will be there.
    fn carry(&mut self, ticket: Ticket, request: &Request) {
        assert!(
            ticket.0 > self.last_ticket,
            "every question has a number of its own"
        );
        self.last_ticket = ticket.0;
        let body = request.body_for(|| {
            self.devices_asked.set(self.devices_asked.get() + 1);
            self.device.clone()
        });
        let body = body.expose().to_owned();
        let fields = recorded::holds(request.call, &body, self.settings.send_device);
        if let Some(token) = fields.get("authorizedToken") {
            self.pending = token.as_str().map(str::to_owned);
        }
        for (name, value) in fields {
            let is_secret = ["otp", "password", "newPassword"].contains(&name.as_str());
            self.secrets
                .extend(value.as_str().filter(|_| is_secret).map(str::to_owned));
        }
        self.sent.push((request.call, body.clone()));
        let mut instead = self.instead.iter();
        let instead = instead.position(|(call, _)| *call == request.call);
        let (delay, reply) = match self.wire {
            _ if let Some(at) = instead => (self.slow, Ok(self.instead.remove(at).1)),
            Wire::Cut => (self.slow, Err(TransportError::Network)),
            Wire::Offline => (self.slow, Err(TransportError::Offline)),
            Wire::Silent => (PATIENCE, Err(TransportError::Timeout)),
            Wire::Whole | Wire::LosesAnswers => {
                let mut asked = ae_engine::Request::post(&request.target(), body);
                request.call.method().clone_into(&mut asked.method);
                asked.headers.push(("Origin".to_owned(), ORIGIN.to_owned()));
                let outcome = self.engine.handle(self.real, &asked);
                if self.wire == Wire::LosesAnswers {
                    (self.slow, Err(TransportError::Network))
                } else {
                    let delay = self.slow + outcome.delay_ms;
                    (delay, arrived(&outcome))
                }
            }
        };
        let (delay, reply) = match reply {
            Err(TransportError::Timeout) => (PATIENCE, Err(TransportError::Timeout)),
            _ if delay >= PATIENCE => (PATIENCE, Err(TransportError::Timeout)),
            reply => (delay, reply),
        };
        self.flights.push(Flight {
            ticket,
            call: request.call,
            arrives: self.mono.saturating_add(delay),
            cancelled: false,
            reply,
        });
    }

    /// What must hold at every moment.
    fn look(&mut self) {
        let awaited = |call: fn(Call) -> bool| {
            let flights = self.flights.iter();
            flights
                .filter(|flight| !flight.cancelled && call(flight.call))
                .count()
        };
        assert!(awaited(renews) <= 1, "one renewal");
        let forms = self.hosts.iter().filter(|(_, form)| *form).count();
        assert!(
            awaited(|call| !renews(call) && call != Call::Expire) <= forms,
            "one question for each form"
        );
        assert!(
            !(self.out && self.is_signed_in()),
            "signed in again without a login"
        );
        if self.asking.is_empty() {
            self.was_lazy = 0;
        }
        self.was_lazy = self.was_lazy.max(self.lazy_timers);
        for (ask, since) in &self.asking {
            let waits = self.mono.saturating_sub(*since);
            let most = PATIENCE + SECOND + self.was_lazy;
            assert!(waits <= most, "{ask:?} waits for {waits} ms");
        }
        let mut views = String::new();
        for (host, form) in &self.hosts {
            let view = self.login.view(self.now(), *host);
            assert_eq!(view.is_some(), *form, "a view for every form");
            let Some(view) = view else { continue };
            legal(&view);
            assert!(
                !view.busy || awaited(|call| call != Call::Expire) > 0,
                "busy without a question: {view:?}"
            );
            assert_eq!(
                matches!(view.step, StepName::SignedIn | StepName::ChangePassword),
                self.is_signed_in(),
                "the screen and the session agree: {view:?}"
            );
            assert!(
                allowed(&self.form, view.step) || self.is_adjusted,
                "the settings exclude this: {view:?}"
            );
            if self.log.is_some() {
                let _ = writeln!(views, "{view:?}");
            }
        }
        if let Some(log) = &mut self.log {
            log.push_str(&views);
        }
    }
}

/// A customer whom the engine knows by an address, and no more of them.
pub fn ada() -> Customer {
    Customer::new("4068291")
}

pub fn endpoint(call: Call) -> Endpoint {
    Endpoint::from_path(call.path()).expect("a call the engine knows")
}

/// What is to be done, in a word or two.
fn in_words(effect: &Effect) -> String {
    match effect {
        Effect::Send(_, request) => format!("send {:?}", request.call),
        Effect::Cancel(_) => "cancel".to_owned(),
        Effect::StoreSession(Some(_), ..) => "keep session".to_owned(),
        Effect::AcquireLock(_) => "queue".to_owned(),
        Effect::ReleaseLock(_) => "leave".to_owned(),
        Effect::ReadSharedRecord(_) => "look".to_owned(),
        Effect::StoreLastUse(_) => "note use".to_owned(),
        Effect::StoreSession(None, ..) => "forget session".to_owned(),
        Effect::StoreStep(Some(_)) => "keep step".to_owned(),
        Effect::StoreStep(None) => "forget step".to_owned(),
        Effect::Dispatch(_, event) => word(event),
        Effect::ResolveToken(..) => "settle".to_owned(),
    }
}

/// An event in a word or two.
pub fn word(event: &Event) -> String {
    match event {
        Event::Ready => "ready".to_owned(),
        Event::Step { step, .. } => format!("step {}", step.as_str()),
        Event::SignedIn { restored, .. } => if *restored {
            "signed-in again"
        } else {
            "signed-in"
        }
        .to_owned(),
        Event::Renewed { .. } => "renewed".to_owned(),
        Event::SignedOut(reason) => format!("signed-out {}", reason.as_str()),
        Event::Error { kind, code, .. } => match code {
            Some(code) => format!("error {} {code}", kind.as_str()),
            None => format!("error {}", kind.as_str()),
        },
    }
}
