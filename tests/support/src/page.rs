//! One page: its forms, its stored records, its clocks, and the engine it calls.

use std::cell::Cell;
use std::collections::BTreeSet;
use std::fmt::Write as _;

use ae_engine::{Engine, Fault};
use ae_login::login::activity::Activity;
use ae_login::login::codec::to_json;
use ae_login::login::config::{FormSettings, Settings, Storage};
use ae_login::login::problem::{Kind, Problem};
use ae_login::login::secret::Secret;
use ae_login::login::session::WakeReason;
use ae_login::login::text::Text;
use ae_login::login::time::{Millis, Now};
use ae_login::login::view::{Action, FieldKind, FieldValue, StepName, View};
use ae_login::login::wire::{Call, Delivery, HttpResponse, Request, TransportError};
use ae_login::login::{Effect, Event, HostId, Input, Login, PageEvent, Ticket, TokenRequestId};

use super::fixtures::config;
use super::invariants::{
    allowed_calls, assert_login_token, assert_unchanged, check_view, is_renewal, is_step_allowed,
    may_complete_login, string_values,
};
use super::network::{PendingRequest, REQUEST_TIMEOUT, exchange, with_timeout};
use super::recorded_requests::check_request;
use super::{
    ADA, FORM, LATEST_RENEWAL_SEED, Network, SECOND, START_TIME, TabStorage, describe_effect,
    describe_event, endpoint,
};

/// A page with one login, joined to an engine of its own.
///
/// Forms are named by their [`HostId`]; the methods without one are about the first form. Where a method reads something that is
/// not there, such as the value of a field on a screen without fields, it panics and the test fails.
#[expect(
    clippy::struct_excessive_bools,
    reason = "tests switch each of them on by itself"
)]
pub struct TestPage {
    /// The engine that the page calls.
    pub engine: Engine,
    /// The state of the network.
    pub network: Network,
    /// Whether the page's challenge is refused.
    pub refuses_challenges: bool,
    /// Why messages were sent, as the page's challenge learns it.
    pub deliveries: Vec<&'static str>,
    /// How long a response takes, in milliseconds.
    pub latency: Millis,
    /// The records that the browser keeps for the tab.
    pub stored: TabStorage,
    /// Whether the browser refuses to store anything.
    pub storage_is_full: bool,
    /// Timers fire only at multiples of this span, as in a hidden tab; 0 for timers that are exact.
    pub timer_granularity: Millis,
    /// The `Debug` text of every input, effect and view, and of the login itself; `None` where nobody reads it.
    pub log: Option<String>,
    /// Stands for `password-pattern`: whether a new password matches it.
    pub policy: Option<fn(&str) -> bool>,
    /// The device id that the browser module would return.
    pub device_id: String,
    device_id_reads: Cell<usize>,
    login: Login,
    settings: Settings,
    form: FormSettings,
    /// The attached hosts, and whether each has a form.
    hosts: Vec<(HostId, bool)>,
    pending: Vec<PendingRequest>,
    requests: Vec<(Call, String)>,
    cancelled_requests: usize,
    events: Vec<(HostId, Event)>,
    activities: Vec<(HostId, Activity)>,
    /// Descriptions of effects, while a test collects them.
    described: Option<Vec<String>>,
    canned_replies: Vec<(Call, HttpResponse)>,
    token_results: Vec<(TokenRequestId, Result<String, Problem>)>,
    /// Open calls of `getToken()`, and when each began.
    token_requests: Vec<(TokenRequestId, Millis)>,
    /// The largest timer granularity since the oldest open call of `getToken()` began.
    largest_granularity: Millis,
    /// The token of the newest first factor that a second one was opened with.
    first_factor_token: Option<String>,
    /// Every code and password that was sent.
    secrets: BTreeSet<String>,
    /// Everything that was entered in a field for identifiers. A code or password that was entered there may be stored.
    identifiers: BTreeSet<String>,
    /// Whether the factors in the attributes have changed, so that a step may be shown that they now exclude.
    factors_changed: bool,
    /// Whether the customer has signed out, or was signed out, and has proved nothing since.
    is_signed_out: bool,
    last_host: u32,
    last_token_request: u32,
    last_ticket: u32,
    engine_time: Millis,
    monotonic_clock: Millis,
    wall_clock: Millis,
}

impl TestPage {
    /// A page with one form for mobile numbers and e-mail addresses, and an engine that behaves as documented.
    pub fn new() -> Self {
        Self::with(&[], |_| {})
    }

    /// A page whose form has these attributes, and an engine with other settings.
    pub fn with(attributes: &[(&str, &str)], set: impl FnOnce(&mut ae_engine::Settings)) -> Self {
        let mut page = Self::not_started(attributes, set, LATEST_RENEWAL_SEED);
        page.attach(true);
        page.start();
        page
    }

    /// A page whose session has no form (`createSession`).
    pub fn without_form(
        attributes: &[(&str, &str)],
        set: impl FnOnce(&mut ae_engine::Settings),
    ) -> Self {
        let mut page = Self::not_started(attributes, set, LATEST_RENEWAL_SEED);
        page.attach(false);
        page.start();
        page
    }

    /// A page where the customer has been sent a code.
    pub fn at_code() -> Self {
        let mut page = Self::new();
        page.submit(ADA);
        assert_eq!(page.step(), StepName::Code);
        page
    }

    /// A page where the customer is signed in, and whose tokens live for this many seconds.
    pub fn signed_in_with_life(seconds: u64) -> Self {
        Self::signed_in_with_seed(LATEST_RENEWAL_SEED, seconds)
    }

    /// The same with another seed, and so with another jitter of renewals.
    pub fn signed_in_with_seed(seed: u64, seconds: u64) -> Self {
        let mut page = Self::not_started(&[], |engine| engine.set_lives(seconds), seed);
        page.attach(true);
        page.start();
        page.sign_in();
        page
    }

    fn not_started(
        attributes: &[(&str, &str)],
        set: impl FnOnce(&mut ae_engine::Settings),
        seed: u64,
    ) -> Self {
        let mut engine = ae_engine::Settings::documented();
        set(&mut engine);
        let config = config(attributes);
        Self {
            engine: Engine::new(engine, 1),
            network: Network::Working,
            refuses_challenges: false,
            deliveries: Vec::new(),
            latency: 0,
            stored: TabStorage::default(),
            storage_is_full: false,
            timer_granularity: 0,
            log: None,
            policy: None,
            device_id: "1-2-3-4".to_owned(),
            device_id_reads: Cell::new(0),
            login: Login::new(config.settings.clone(), seed),
            settings: config.settings,
            form: config.form,
            hosts: Vec::new(),
            pending: Vec::new(),
            requests: Vec::new(),
            cancelled_requests: 0,
            events: Vec::new(),
            activities: Vec::new(),
            described: None,
            canned_replies: Vec::new(),
            token_results: Vec::new(),
            token_requests: Vec::new(),
            largest_granularity: 0,
            first_factor_token: None,
            secrets: BTreeSet::new(),
            identifiers: BTreeSet::new(),
            factors_changed: false,
            is_signed_out: false,
            last_host: 0,
            last_token_request: 0,
            last_ticket: 0,
            engine_time: START_TIME,
            monotonic_clock: 5,
            wall_clock: START_TIME,
        }
    }

    // What customers do -------------------------------------------------------------------------------------------------

    /// Types into the first field, so that it holds this text.
    pub fn type_text(&mut self, text: &str) {
        self.type_in(FORM, text);
    }

    /// Types into the first field of a form.
    pub fn type_in(&mut self, host: HostId, text: &str) {
        self.dispatch(Input::IdentifierTyped(host, text.to_owned()));
    }

    /// Submits the form with this text in every field.
    pub fn submit(&mut self, text: &str) {
        self.submit_in(FORM, text);
    }

    /// Submits another form with this text in every field.
    pub fn submit_in(&mut self, host: HostId, text: &str) {
        self.fill_in(host, &[text]);
    }

    /// Submits the form twice before a response can arrive.
    pub fn submit_twice(&mut self, text: &str) {
        let first = self.field_values(FORM, &[text]);
        let second = self.field_values(FORM, &[text]);
        self.handle(Input::Submit(FORM, first));
        self.dispatch(Input::Submit(FORM, second));
    }

    /// Submits the form with a text for each field; the last text goes into all fields that are left.
    pub fn fill(&mut self, texts: &[&str]) {
        self.fill_in(FORM, texts);
    }

    /// Submits another form with a text for each field; the last text goes into all fields that are left.
    pub fn fill_in(&mut self, host: HostId, texts: &[&str]) {
        let values = self.field_values(host, texts);
        self.dispatch(Input::Submit(host, values));
    }

    fn field_values(&self, host: HostId, texts: &[&str]) -> Vec<FieldValue> {
        let view = self.view_of(host);
        let last = texts.last().copied().unwrap_or_default();
        let texts = texts.iter().copied().chain(std::iter::repeat(last));
        view.fields
            .iter()
            .zip(texts)
            .map(|(field, text)| FieldValue {
                kind: field.kind,
                value: Secret::new(text),
                meets_policy: self.policy.is_none_or(|meets| meets(text)),
            })
            .collect()
    }

    /// Presses a button of the form.
    pub fn press(&mut self, action: Action) {
        self.press_in(FORM, action);
    }

    /// Presses a button of another form.
    pub fn press_in(&mut self, host: HostId, action: Action) {
        self.dispatch(Input::Press(host, action));
    }

    /// Submits the newest code that the engine sent.
    pub fn submit_code(&mut self) {
        let code = self.last_code();
        self.submit(&code);
    }

    /// Signs Ada in with a code, from the first step.
    pub fn sign_in(&mut self) {
        self.submit(ADA);
        let code = self.last_code();
        self.submit(&code);
        assert_eq!(self.step(), StepName::SignedIn);
    }

    // What pages do -----------------------------------------------------------------------------------------------------

    /// The page calls `signOut()`.
    pub fn sign_out(&mut self) {
        self.dispatch(Input::SignOut);
    }

    /// The page calls `restart()`.
    pub fn restart(&mut self) {
        self.dispatch(Input::Restart(FORM));
    }

    /// The page calls `changePassword()`.
    pub fn change_password(&mut self) {
        self.dispatch(Input::ChangePassword(FORM));
    }

    /// The page is shown or focused again, or the network is back.
    pub fn wake(&mut self) {
        self.dispatch(Input::Wake(WakeReason::Resumed));
    }

    /// Attaches another form to the login, or a session without a form.
    pub fn attach(&mut self, with_form: bool) -> HostId {
        let is_first = self.hosts.is_empty();
        self.last_host += 1;
        let host = HostId(self.last_host);
        let step = self.stored.step.as_ref().filter(|_| is_first && with_form);
        let step = step.map(Secret::new);
        let form = with_form.then(|| self.form.clone());
        if let Some(record) = self.stored.identifier.as_ref().filter(|_| is_first) {
            let record = Secret::new(record);
            self.handle(Input::IdentifierRemembered(record));
        }
        self.hosts.push((host, with_form));
        self.dispatch(Input::Attach(host, form, step));
        if with_form {
            // Tests that need the table of countries load it.
            self.dispatch(Input::CountriesLoaded(host, String::new()));
        }
        host
    }

    /// Removes a form, or a session without a form.
    pub fn detach(&mut self, host: HostId) {
        self.hosts.retain(|(attached, _)| *attached != host);
        self.dispatch(Input::Detach(host));
    }

    fn start(&mut self) {
        let session = self.stored.session.as_ref().map(Secret::new);
        self.dispatch(Input::Start(session, None));
    }

    /// Reloads the page. Requests are lost; what the tab has stored and the wall clock stay.
    pub fn reload(&mut self) {
        self.unload();
        self.load();
    }

    /// Leaves the page. Everything in its memory is lost.
    pub fn unload(&mut self) {
        self.pending.clear();
        self.token_requests.clear();
        self.hosts.clear();
        self.last_host = 0;
    }

    /// Loads the page again, with one form and a monotonic clock that starts again.
    pub fn load(&mut self) {
        self.monotonic_clock = 3;
        self.last_ticket = 0;
        self.login = Login::new(self.settings.clone(), LATEST_RENEWAL_SEED);
        self.attach(true);
        self.start();
    }

    /// Changes attributes that all forms share.
    pub fn change_settings(&mut self, change: impl FnOnce(&mut Settings)) {
        change(&mut self.settings);
        self.dispatch(Input::SettingsChanged(self.settings.clone()));
    }

    /// Changes attributes of the first form.
    pub fn change_form_settings(&mut self, change: impl FnOnce(&mut FormSettings)) {
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
        self.factors_changed |= factors(&self.form) != before;
        self.dispatch(Input::FormSettingsChanged(FORM, self.form.clone()));
    }

    /// The attributes of the first form.
    pub fn form_settings(&self) -> &FormSettings {
        &self.form
    }

    /// Calls `getToken()` for a token that is valid for at least this many seconds. The result comes from [`Self::token_result`].
    pub fn request_token(&mut self, seconds: u64) -> TokenRequestId {
        self.last_token_request += 1;
        let id = TokenRequestId(self.last_token_request);
        self.token_requests.push((id, self.monotonic_clock));
        self.dispatch(Input::RequestToken(id, seconds * SECOND, None));
        id
    }

    /// The token or the kind of error that a call of `getToken()` was settled with; `None` while it is pending.
    pub fn token_result(&self, id: TokenRequestId) -> Option<Result<String, Kind>> {
        let (_, result) = self
            .token_results
            .iter()
            .find(|(settled, _)| *settled == id)?;
        Some(result.clone().map_err(|problem| problem.kind))
    }

    /// Calls `getToken()`, and advances the clocks by up to one second until it is settled.
    ///
    /// # Errors
    /// The kind of failure that it rejects with.
    pub fn get_token(&mut self, seconds: u64) -> Result<String, Kind> {
        let id = self.request_token(seconds);
        for _ in 0..100 {
            if let Some(result) = self.token_result(id) {
                return result;
            }
            self.advance(10);
        }
        self.token_result(id).expect("a result within a second")
    }

    /// Hands an input to the login, and runs until the page is idle.
    pub fn dispatch(&mut self, input: Input) {
        self.handle(input);
        self.run_until_idle();
    }

    /// Dispatches an input, and describes the effects that follow, in their order.
    pub fn effects_of(&mut self, input: Input) -> Vec<String> {
        self.described = Some(Vec::new());
        self.dispatch(input);
        self.described.take().expect("collected above")
    }

    // Time --------------------------------------------------------------------------------------------------------------

    /// Advances all clocks. Timers fire and responses arrive when they are due.
    pub fn advance(&mut self, span: Millis) {
        let end = self.monotonic_clock + span;
        self.run_until_idle();
        // Each form may wake every second for its countdown, and other things are due now and then.
        let max_wakes = (span / SECOND + 2) * (Millis::from(self.last_host) + 2) + 100;
        let mut wakes = 0;
        while self.monotonic_clock < end {
            wakes += 1;
            assert!(wakes < max_wakes, "too many timers: {:?}", self.login);
            let response = self.pending.iter().map(|request| request.arrives_at).min();
            let next = self.timer().into_iter().chain(response).min();
            let next = next.unwrap_or(end).clamp(self.monotonic_clock + 1, end);
            let span = next - self.monotonic_clock;
            self.monotonic_clock += span;
            self.wall_clock += span;
            self.engine_time += span;
            self.run_until_idle();
        }
    }

    /// Advances the wall clock and the engine's clock only. The monotonic clock and all timers stand still, as while the machine
    /// sleeps or the page is closed.
    pub fn sleep(&mut self, span: Millis) {
        self.wall_clock += span;
        self.engine_time += span;
    }

    /// Sets the device's wall clock forward, or back, by this many milliseconds.
    pub fn shift_wall_clock(&mut self, by: i64) {
        let shifted = self.wall_clock.checked_add_signed(by);
        self.wall_clock = shifted.expect("a time after 1970");
    }

    /// Sets both clocks of the device to any values.
    pub fn set_clocks(&mut self, now: Now) {
        (self.monotonic_clock, self.wall_clock) = (now.monotonic.0, now.unix.0);
        // Such clocks do not tell how long a call of `getToken()` has been pending.
        self.token_requests.clear();
    }

    /// The engine's clock, in milliseconds since 1970. Nothing on the device changes it.
    pub fn engine_time(&self) -> Millis {
        self.engine_time
    }

    /// Both clocks of the device.
    pub fn now(&self) -> Now {
        Now::new(self.monotonic_clock, self.wall_clock)
    }

    /// In how many milliseconds the login wants to be woken; `None` if it waits for nothing.
    pub fn next_wake_in(&self) -> Option<Millis> {
        let at = self.login.wake_at(self.now())?;
        Some(at.0.saturating_sub(self.monotonic_clock))
    }

    /// When the timer of the login fires.
    fn timer(&self) -> Option<Millis> {
        let at = self.login.wake_at(self.now())?.0;
        Some(match self.timer_granularity {
            0 => at,
            granularity => at.div_ceil(granularity) * granularity,
        })
    }

    /// Delivers responses and fires timers until none is due.
    fn run_until_idle(&mut self) {
        for _ in 0..200 {
            let due = self.pending.iter().enumerate();
            let due = due.filter(|(_, request)| request.arrives_at <= self.monotonic_clock);
            let first = due.min_by_key(|(_, request)| (request.arrives_at, request.ticket.0));
            if let Some((at, _)) = first {
                let request = self.pending.remove(at);
                let before = request.cancelled.then(|| self.observable_state());
                self.handle(Input::Response(request.ticket, request.reply));
                if let Some(before) = before {
                    assert_eq!(
                        self.observable_state(),
                        before,
                        "the response to a cancelled request changes nothing"
                    );
                }
                continue;
            }
            if self.timer().is_some_and(|at| at <= self.monotonic_clock) {
                self.handle(Input::Wake(WakeReason::Timer));
                continue;
            }
            return;
        }
        panic!("the page does not become idle: {:?}", self.login);
    }

    // What can be observed ----------------------------------------------------------------------------------------------

    /// The screen of the first form.
    pub fn view(&self) -> View {
        self.view_of(FORM)
    }

    /// The screen of a form.
    pub fn view_of(&self, host: HostId) -> View {
        let view = self.login.view(self.now(), host);
        view.expect("an attached form")
    }

    /// The step of the first form.
    pub fn step(&self) -> StepName {
        self.view().step
    }

    /// The message about the whole form.
    pub fn notice(&self) -> Option<Text> {
        self.view().notice.map(|notice| notice.text)
    }

    /// The engine's words, or the number of its error, under the message about the whole form.
    pub fn notice_detail(&self) -> Option<String> {
        self.view().notice?.detail
    }

    /// The error at the first field.
    pub fn first_error(&self) -> Option<Text> {
        self.view().fields.first()?.error
    }

    /// The text in the first field.
    pub fn first_value(&self) -> String {
        self.view().fields.first().expect("a field").value.clone()
    }

    /// The error at the field of this kind.
    pub fn error_of(&self, kind: FieldKind) -> Option<Text> {
        let view = self.view();
        let mut fields = view.fields.iter();
        fields.find(|field| field.kind == kind)?.error
    }

    /// All messages that are shown, at fields and about the form.
    pub fn messages(&self) -> Vec<Text> {
        let view = self.view();
        let errors = view.fields.iter().filter_map(|field| field.error);
        errors
            .chain(view.notice.map(|notice| notice.text))
            .collect()
    }

    /// Whether the screen has a button for this action.
    pub fn offers(&self, action: Action) -> bool {
        let view = self.view();
        let mut buttons = view.submit.iter().chain(&view.actions);
        buttons.any(|button| button.action == action)
    }

    /// How many seconds a button still waits; `None` if it can be pressed.
    pub fn seconds_left(&self, action: Action) -> Option<u64> {
        let view = self.view();
        let mut buttons = view.submit.iter().chain(&view.actions);
        let button = buttons.find(|button| button.action == action);
        button.expect("a button for this action").wait
    }

    /// Descriptions of the events that the first form dispatched since the last call.
    pub fn take_events(&mut self) -> Vec<String> {
        self.take_events_of(FORM)
    }

    /// Descriptions of the events that one host dispatched since the last call.
    pub fn take_events_of(&mut self, host: HostId) -> Vec<String> {
        let (own, others) = std::mem::take(&mut self.events)
            .into_iter()
            .partition::<Vec<_>, _>(|(of, _)| *of == host);
        self.events = others;
        own.iter().map(|(_, event)| describe_event(event)).collect()
    }

    /// What happened in the login attempts of the first form since the last call.
    pub fn take_activities(&mut self) -> Vec<Activity> {
        let taken = std::mem::take(&mut self.activities);
        let own = taken.into_iter().filter(|(host, _)| *host == FORM);
        own.map(|(_, activity)| activity).collect()
    }

    /// Opens or closes the dialog of the first form.
    pub fn toggle_dialog(&mut self, is_open: bool) {
        self.dispatch(Input::DialogToggled(FORM, is_open));
    }

    /// Leaves the page. The browser may keep it.
    pub fn leave(&mut self) {
        self.dispatch(Input::Page(PageEvent::Left));
    }

    /// Changes the text in the field for a code.
    pub fn type_code(&mut self, text: &str) {
        self.dispatch(Input::SecretTyped(FORM, Secret::new(text)));
    }

    /// The events that no call has taken yet.
    pub fn events(&self) -> &[(HostId, Event)] {
        &self.events
    }

    /// The public session.
    pub fn session(&self) -> Option<serde_json::Value> {
        let json = self.session_json()?;
        Some(serde_json::from_str(&json).expect("the session is JSON"))
    }

    /// The public session as the JSON text that the login made.
    pub fn session_json(&self) -> Option<String> {
        self.login.session()
    }

    /// Whether there is a session.
    pub fn is_signed_in(&self) -> bool {
        self.login.session().is_some()
    }

    /// The token in the stored record of the session.
    pub fn stored_token(&self) -> Option<String> {
        let record: serde_json::Value =
            serde_json::from_str(self.stored.session.as_ref()?).expect("a record is JSON");
        Some(record["token"].as_str().expect("a token").to_owned())
    }

    /// How often the login has read the device id.
    pub fn device_id_reads(&self) -> usize {
        self.device_id_reads.get()
    }

    /// The newest code that the engine sent to anybody.
    pub fn last_code(&self) -> String {
        let message = self.engine.outbox().last();
        message.expect("a message").code.clone()
    }

    /// A code that differs from the newest one that the engine sent.
    pub fn wrong_code(&self) -> String {
        let sent = self.engine.outbox().last();
        let is_same = sent.is_some_and(|message| message.code == "564738");
        if is_same { "857463" } else { "564738" }.to_owned()
    }

    /// All requests of the page with their bodies, whether they arrived or not.
    pub fn requests(&self) -> &[(Call, String)] {
        &self.requests
    }

    /// The calls of all requests.
    pub fn calls(&self) -> Vec<Call> {
        self.requests.iter().map(|(call, _)| *call).collect()
    }

    /// The body of the newest request of this call.
    pub fn last_body_of(&self, call: Call) -> serde_json::Value {
        let mut requests = self.requests.iter().rev();
        let (_, body) = requests.find(|(sent, _)| *sent == call).expect("a request");
        serde_json::from_str(body).expect("JSON")
    }

    /// How many requests of this call the page has sent.
    pub fn request_count(&self, call: Call) -> usize {
        self.requests
            .iter()
            .filter(|(sent, _)| *sent == call)
            .count()
    }

    /// How many requests for a new token the page has sent, those with a key left out.
    pub fn renewals(&self) -> usize {
        self.request_count(Call::Renew)
    }

    /// How many requests the login has cancelled.
    pub fn cancelled_requests(&self) -> usize {
        self.cancelled_requests
    }

    /// How many requests are pending and not cancelled.
    pub fn pending_requests(&self) -> usize {
        self.pending_requests_of(|_| true)
    }

    fn pending_requests_of(&self, is_counted: fn(Call) -> bool) -> usize {
        let pending = self.pending.iter();
        pending
            .filter(|request| !request.cancelled && is_counted(request.call))
            .count()
    }

    /// Everything that outlives the page, and everything that the page can read.
    pub fn everything_visible(&self) -> String {
        let Self {
            stored,
            events,
            activities,
            ..
        } = self;
        format!(
            "{stored:?} {events:?} {activities:?} {:?}",
            self.session_json()
        )
    }

    /// The `Debug` text of the login.
    pub fn debug(&self) -> String {
        format!("{:?}", self.login)
    }

    /// The views, the session, and the number of events.
    fn observable_state(&self) -> (Vec<Option<View>>, Option<String>, usize) {
        let hosts = self.hosts.iter();
        let views = hosts.map(|(host, _)| self.login.view(self.now(), *host));
        // Any input may make the login store a record that a full storage refused before.
        let events = self.events.iter().map(|(_, event)| describe_event(event));
        let events = events.filter(|event| event != "error storage");
        (views.collect(), self.session_json(), events.count())
    }

    // Faults ------------------------------------------------------------------------------------------------------------

    /// The next request of this call goes wrong.
    pub fn fail_next(&mut self, call: Call, fault: Fault) {
        self.engine.inject(endpoint(call), fault, Some(1));
    }

    /// The next request of this call is refused with an error code of the engine.
    pub fn refuse_next(&mut self, call: Call, code: i64) {
        self.fail_next(call, Fault::Code(code, None));
    }

    /// Every request of this call goes wrong from now on.
    pub fn fail_all(&mut self, call: Call, fault: Fault) {
        self.engine.inject(endpoint(call), fault, None);
    }

    /// The next request of this call gets this reply and does not reach the engine.
    pub fn reply_next(&mut self, call: Call, reply: HttpResponse) {
        self.canned_replies.push((call, reply));
    }

    // The browser -------------------------------------------------------------------------------------------------------

    /// The screens of all hosts.
    fn views(&self, now: Now) -> Vec<(HostId, Option<View>)> {
        let hosts = self.hosts.iter();
        hosts
            .map(|(host, _)| (*host, self.login.view(now, *host)))
            .collect()
    }

    /// Hands an input to the login and performs the effects. Responses and timers that follow wait for [`Self::run_until_idle`].
    fn handle(&mut self, input: Input) {
        let now = self.now();
        if let Some(log) = &mut self.log {
            let _ = writeln!(log, "{input:?}");
        }
        self.note_identifiers(&input);
        let is_sign_out = matches!(input, Input::SignOut);
        let is_submit = matches!(input, Input::Submit(..) | Input::SecretTyped(..));
        let allowed = allowed_calls(&input);
        let views = self.views(now);
        let effects = self.login.handle(now, input);
        assert_unchanged(self.login.take_changed_forms(), views, &self.views(now));
        if let Some(described) = &mut self.described {
            // What happens in an attempt has its own tests.
            let is_other =
                |effect: &&Effect| !matches!(effect, Effect::Dispatch(_, Event::Activity(_)));
            described.extend(effects.iter().filter(is_other).map(describe_effect));
        }
        if let Some(log) = &mut self.log {
            let _ = writeln!(log, "{effects:?}\n{:?}", self.login);
        }
        let mut calls = Vec::new();
        let mut locks = Vec::new();
        let mut storage_failed = false;
        for effect in effects {
            match effect {
                Effect::Send(ticket, request) => {
                    let call = request.call;
                    assert!(allowed.contains(&call), "{call:?} after another input");
                    assert!(!calls.contains(&call), "{call:?} twice after one input");
                    calls.push(call);
                    let body = to_json(&request.body);
                    let has_secret = body.contains("\"otp\":") || body.contains("\"password\":");
                    assert!(
                        is_submit || !has_secret,
                        "{call:?} repeats a code or a password after another input than a submit"
                    );
                    self.is_signed_out &= !may_complete_login(call);
                    self.send(ticket, &request);
                }
                Effect::Cancel(ticket) => {
                    let mut pending = self.pending.iter_mut();
                    let request =
                        pending.find(|request| request.ticket == ticket && !request.cancelled);
                    request
                        .expect("only pending requests are cancelled")
                        .cancelled = true;
                    self.cancelled_requests += 1;
                }
                Effect::StoreSession(record, ..) => {
                    if let Some(record) = &record {
                        let record = self.check_record(record);
                        assert_login_token(record["token"].as_str().expect("a token"));
                    }
                    storage_failed |= self.storage_is_full && record.is_some();
                    self.stored.session = self.storable(record);
                }
                // This page shares nothing with other tabs, so that the lock is always free.
                Effect::AcquireLock(ticket) => locks.push(ticket),
                Effect::ReleaseLock(_) | Effect::ReadSharedRecord(_) | Effect::StoreLastUse(_) => {}
                Effect::StoreStep(record) => {
                    if let Some(record) = &record {
                        self.check_record(record);
                    }
                    storage_failed |= self.storage_is_full && record.is_some();
                    self.stored.step = self.storable(record);
                }
                Effect::StoreIdentifier(record) => {
                    if let Some(record) = &record {
                        self.check_record(record);
                        assert_ne!(self.settings.storage, Storage::Memory);
                    }
                    self.stored.identifier = record.map(|record| record.expose().to_owned());
                }
                Effect::Dispatch(host, event) => {
                    if let Some(log) = &mut self.log {
                        let _ = writeln!(log, "{:?}", event.to_page());
                    }
                    self.is_signed_out |= matches!(event, Event::SignedOut(_));
                    match event {
                        Event::Activity(activity) => self.activities.push((host, activity)),
                        event => self.events.push((host, event)),
                    }
                }
                Effect::ResolveToken(id, result) => self.resolve_token(id, result),
            }
        }
        self.is_signed_out |= is_sign_out;
        if is_sign_out {
            assert!(!self.is_signed_in(), "signing out takes effect at once");
            assert_eq!(self.stored.session, None, "signing out erases the record");
        }
        if locks.is_empty() {
            self.check_invariants();
        }
        for ticket in locks {
            self.handle(Input::LockGranted(ticket));
        }
        if storage_failed {
            self.handle(Input::StorageFailed);
        }
    }

    fn note_identifiers(&mut self, input: &Input) {
        match input {
            Input::IdentifierTyped(_, text) => {
                self.identifiers.insert(text.clone());
            }
            Input::Submit(_, values) => {
                let entered = values.iter().filter(|value| !value.kind.is_secret());
                self.identifiers
                    .extend(entered.map(|value| value.value.expose().to_owned()));
            }
            _ => {}
        }
    }

    fn resolve_token(&mut self, id: TokenRequestId, result: Result<Secret, Problem>) {
        assert!(
            !self.token_results.iter().any(|(settled, _)| *settled == id),
            "a call of getToken() is settled once"
        );
        self.token_requests.retain(|(pending, _)| *pending != id);
        if let Ok(token) = &result {
            assert_login_token(token.expose());
        }
        let result = result.map(|token| token.expose().to_owned());
        self.token_results.push((id, result));
    }

    /// Reads a record, and asserts that it holds no code, no password and no token of a first factor.
    fn check_record(&self, record: &Secret) -> serde_json::Value {
        let record: serde_json::Value =
            serde_json::from_str(record.expose()).expect("a record is JSON");
        // Under other attributes, the engine may have made the same token in the same second for a complete login.
        let first_factor_token = self.first_factor_token.as_ref();
        let first_factor_token = first_factor_token.filter(|_| !self.factors_changed);
        for text in string_values(&record) {
            let is_secret = self.secrets.contains(text) && !self.identifiers.contains(text);
            assert!(!is_secret, "the secret {text} is stored: {record}");
            assert!(
                first_factor_token.is_none_or(|token| token != text),
                "the token of a first factor is stored: {record}"
            );
        }
        record
    }

    /// The part of a record that the browser module (`src/browser/storage.rs`) stores in the tab.
    fn storable(&self, record: Option<Secret>) -> Option<String> {
        let can_store = !self.storage_is_full && self.settings.storage != Storage::Memory;
        record
            .filter(|_| can_store)
            .map(|record| record.expose().to_owned())
    }

    /// Sends a request, and notes when its response is delivered.
    fn send(&mut self, ticket: Ticket, request: &Request) {
        assert!(ticket.0 > self.last_ticket, "each request has a new ticket");
        self.last_ticket = ticket.0;
        let body = request.body_for(|| {
            self.device_id_reads.set(self.device_id_reads.get() + 1);
            self.device_id.clone()
        });
        let body = body.expose().to_owned();
        let fields = check_request(request.call, &body, self.settings.send_device);
        if let Some(token) = fields.get("authorizedToken") {
            self.first_factor_token = token.as_str().map(str::to_owned);
        }
        for (name, value) in fields {
            let is_secret = ["otp", "password", "newPassword"].contains(&name.as_str());
            self.secrets
                .extend(value.as_str().filter(|_| is_secret).map(str::to_owned));
        }
        self.deliveries
            .extend(request.delivery.map(Delivery::as_str));
        if self.refuses_challenges && request.delivery.is_some() {
            return self.pending.push(PendingRequest {
                ticket,
                call: request.call,
                arrives_at: self.monotonic_clock,
                cancelled: false,
                reply: Err(TransportError::Challenge),
            });
        }
        self.requests.push((request.call, body.clone()));
        let mut canned = self.canned_replies.iter();
        let canned = canned.position(|(call, _)| *call == request.call);
        let (delay, reply) = if let Some(at) = canned {
            let (_, reply) = self.canned_replies.remove(at);
            with_timeout(self.latency, Ok(reply))
        } else {
            exchange(
                &mut self.engine,
                self.engine_time,
                self.network,
                self.latency,
                request,
                body,
            )
        };
        self.pending.push(PendingRequest {
            ticket,
            call: request.call,
            arrives_at: self.monotonic_clock.saturating_add(delay),
            cancelled: false,
            reply,
        });
    }

    /// Asserts what must hold after every input.
    fn check_invariants(&mut self) {
        assert!(
            self.pending_requests_of(is_renewal) <= 1,
            "one renewal at a time"
        );
        let forms = self.hosts.iter().filter(|(_, has_form)| *has_form).count();
        assert!(
            self.pending_requests_of(|call| !is_renewal(call) && call != Call::Expire) <= forms,
            "one request of each form at a time"
        );
        assert!(
            !(self.is_signed_out && self.is_signed_in()),
            "a session after signing out, without a new login"
        );
        self.check_token_requests();
        let mut views = String::new();
        for (host, has_form) in &self.hosts {
            let view = self.login.view(self.now(), *host);
            assert_eq!(view.is_some(), *has_form, "every form has a view");
            let Some(view) = view else { continue };
            check_view(&view);
            assert!(
                !view.busy || self.pending_requests_of(|call| call != Call::Expire) > 0,
                "busy without a pending request: {view:?}"
            );
            assert_eq!(
                matches!(view.step, StepName::SignedIn | StepName::ChangePassword),
                self.is_signed_in(),
                "the step does not fit the session: {view:?}"
            );
            assert!(
                is_step_allowed(&self.form, view.step) || self.factors_changed,
                "the settings exclude this step: {view:?}"
            );
            if self.log.is_some() {
                let _ = writeln!(views, "{view:?}");
            }
        }
        if let Some(log) = &mut self.log {
            log.push_str(&views);
        }
    }

    /// Asserts that no call of `getToken()` is pending for longer than a request and a retry may take.
    fn check_token_requests(&mut self) {
        if self.token_requests.is_empty() {
            self.largest_granularity = 0;
        }
        self.largest_granularity = self.largest_granularity.max(self.timer_granularity);
        for (id, since) in &self.token_requests {
            let pending = self.monotonic_clock.saturating_sub(*since);
            let limit = REQUEST_TIMEOUT + SECOND + self.largest_granularity;
            assert!(pending <= limit, "{id:?} is pending for {pending} ms");
        }
    }
}

impl Default for TestPage {
    fn default() -> Self {
        Self::new()
    }
}
