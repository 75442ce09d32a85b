//! Every `Login` that the search has met, stored once, with the results of its inputs. A login and an input always give the same
//! result, so that each pair is computed once.
//!
//! Two logins count as the same if their `Debug` texts differ only in counters (of tickets, screens, and editions of fields).

use std::collections::HashMap;
use std::fmt::Write as _;
use std::hash::BuildHasherDefault;
use std::rc::Rc;

use ae_login::login::codec::to_json;
use ae_login::login::config::Config;
use ae_login::login::secret::Secret;
use ae_login::login::session::{SessionVersion, TabScope, WakeReason};
use ae_login::login::time::{Millis, Now};
use ae_login::login::view::{FieldKind, FieldValue, StepName};
use ae_login::login::wire::{Call, HttpResponse, TransportError};
use ae_login::login::{Effect, Event, HostId, Input, Login, Ticket, TokenRequestId};
use serde_json::{Value, json};

use crate::events::{Customer, EngineReply, TabEffect, TabInput, Token};

/// A `HashMap` without random keys, so that every run is the same.
pub(crate) type Map<K, V> = HashMap<K, V, BuildHasherDefault<std::hash::DefaultHasher>>;

/// How long a token lives, in milliseconds.
pub(crate) const LIFE: Millis = 100 * ae_test_support::SECOND;
const HOST: HostId = HostId(1);
const TOKEN_REQUEST: TokenRequestId = TokenRequestId(1);
/// A ticket that no request has.
const UNUSED_TICKET: Ticket = Ticket(0);

/// The number of a login in the cache.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct LoginId(u32);

/// The number of a session record in the cache.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct RecordId(u32);

/// A login, and what the model reads from it.
struct CachedLogin {
    login: Login,
    /// The ticket of its lock and its renewal.
    lock: Ticket,
    /// The ticket of the pending request of its form.
    request: Ticket,
    state: LoginState,
}

/// The state that the model reads from a login.
#[expect(
    clippy::struct_excessive_bools,
    reason = "independent facts about a login"
)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct LoginState {
    /// The token of the session, if there is a session.
    pub(crate) signed_in: Option<Token>,
    /// Whether it waits for the lock or holds it.
    pub(crate) needs_lock: bool,
    /// Whether it waits for a shared record.
    pub(crate) reads_record: bool,
    /// Whether a customer can submit an identifier.
    pub(crate) is_at_identify: bool,
    /// Whether a call of `getToken()` is pending.
    pub(crate) has_token_request: bool,
}

/// A session record, and what the model reads from it.
struct SessionRecord {
    text: String,
    version: SessionVersion,
    token: Token,
}

/// The login after an input, and its effects.
type Outcome = (LoginId, Rc<[TabEffect]>);
/// The monotonic clock and the wall clock.
type Clocks = (Millis, Millis);

/// The cache. Session records and tokens are stored once, too.
pub(crate) struct LoginCache {
    config: Config,
    logins: Vec<CachedLogin>,
    login_ids: Map<String, LoginId>,
    records: Vec<SessionRecord>,
    record_ids: Map<String, RecordId>,
    tokens: Map<String, Token>,
    outcomes: Map<(LoginId, Clocks, TabInput), Outcome>,
    wake_times: Map<(LoginId, Clocks), Option<Millis>>,
}

impl LoginCache {
    pub(crate) fn new() -> Self {
        Self {
            config: ae_test_support::fixtures::config(&[]),
            logins: Vec::new(),
            login_ids: Map::default(),
            records: Vec::new(),
            record_ids: Map::default(),
            tokens: Map::default(),
            outcomes: Map::default(),
            wake_times: Map::default(),
        }
    }

    /// A login with one form, before its first input.
    pub(crate) fn new_login(&mut self, now: Now) -> LoginId {
        let mut login = Login::new(
            self.config.settings.clone(),
            ae_test_support::LATEST_RENEWAL_SEED,
        );
        login.handle(
            now,
            Input::Attach(HOST, Some(self.config.form.clone()), None),
        );
        self.login_id(login)
    }

    /// The state that the model reads from a login.
    pub(crate) fn state(&self, login: LoginId) -> LoginState {
        self.cached(login).state
    }

    /// When a login wants to be woken, on the monotonic clock.
    pub(crate) fn wake_at(&mut self, login: LoginId, now: Now) -> Option<Millis> {
        if let Some(at) = self.wake_times.get(&(login, (now.monotonic.0, now.unix.0))) {
            return *at;
        }
        let at = self.cached(login).login.wake_at(now).map(|at| at.0);
        self.wake_times
            .insert((login, (now.monotonic.0, now.unix.0)), at);
        at
    }

    /// The version in a session record.
    pub(crate) fn version(&self, record: RecordId) -> SessionVersion {
        self.session_record(record).version
    }

    /// The token in a session record.
    pub(crate) fn token(&self, record: RecordId) -> Token {
        self.session_record(record).token
    }

    /// A copy of a record with another version. Only a defect of the browser can make one.
    pub(crate) fn with_version(&mut self, record: RecordId, version: SessionVersion) -> RecordId {
        let original = self.session_record(record);
        let old = json!(original.version.to_text()).to_string();
        let new = json!(version.to_text()).to_string();
        let text = original.text.replacen(&old, &new, 1);
        self.record_id(&text)
    }

    /// Hands an input to a login. Returns the login after it, and its effects.
    pub(crate) fn handle(&mut self, login: LoginId, now: Now, input: TabInput) -> Outcome {
        let key = (login, (now.monotonic.0, now.unix.0), input);
        if let Some((login, tab_effects)) = self.outcomes.get(&key) {
            return (*login, Rc::clone(tab_effects));
        }
        let cached = self.cached(login);
        let (lock, request) = (cached.lock, cached.request);
        let mut login = cached.login.clone();
        let mut effects = Vec::new();
        for input in self.inputs(lock, request, input) {
            effects.extend(login.handle(now, input));
        }
        if let TabInput::SignIn(customer, issued_at) = input {
            self.sign_in(&mut login, now, customer, issued_at, &mut effects);
        }
        let mut tab_effects = Vec::new();
        for effect in effects {
            tab_effects.extend(self.tab_effect(effect, lock));
        }
        let outcome: Outcome = (self.login_id(login), tab_effects.into());
        self.outcomes
            .insert(key, (outcome.0, Rc::clone(&outcome.1)));
        outcome
    }

    fn inputs(&mut self, lock: Ticket, request: Ticket, input: TabInput) -> Vec<Input> {
        let read =
            |record: Option<RecordId>| record.map(|it| Secret::new(&self.session_record(it).text));
        vec![match input {
            TabInput::Start(record, version) => Input::Start(read(record), version),
            TabInput::SharedVersionChanged(version) => Input::SharedVersionChanged(version),
            TabInput::SharedRecordRead(version, record) => {
                Input::SharedRecordRead(version, read(record))
            }
            TabInput::LockGranted => Input::LockGranted(lock),
            TabInput::LateLock => Input::LockGranted(UNUSED_TICKET),
            TabInput::RenewalResponse(reply) => Input::Response(lock, self.reply(reply)),
            TabInput::LoginResponse(reply) => Input::Response(request, self.reply(reply)),
            TabInput::LateResponse(reply) => Input::Response(UNUSED_TICKET, self.reply(reply)),
            TabInput::SignIn(..) => return Vec::new(),
            TabInput::SignOut => Input::SignOut,
            TabInput::RequestToken => Input::RequestToken(TOKEN_REQUEST, LIFE, None),
            TabInput::Timer => Input::Wake(WakeReason::Timer),
            TabInput::Wake => Input::Wake(WakeReason::Resumed),
        }]
    }

    /// Submits an identifier and the code. The response to the code is still pending.
    fn sign_in(
        &mut self,
        login: &mut Login,
        now: Now,
        customer: Customer,
        issued_at: Millis,
        effects: &mut Vec<Effect>,
    ) {
        let value = |kind, text: &str| FieldValue {
            kind,
            value: Secret::new(text),
            meets_policy: true,
        };
        let opening = Token {
            serial: 0,
            login: 0,
            customer,
            issued_at,
        };
        let identifier = vec![value(FieldKind::Any, customer.address())];
        let mut effects_so_far = login.handle(now, Input::Submit(HOST, identifier));
        for body in [
            json!({
                "status": {"success": true},
                "user": {"sessionId": "P-1", "userRegisteredForPassword": false, "role": "VIEW"},
                "auth": {"token": self.token_text(opening, "VIEW")},
            }),
            json!({"status": {"success": true}}),
        ] {
            let ticket = effects_so_far.iter().find_map(|effect| match effect {
                Effect::Send(ticket, _) => Some(*ticket),
                _ => None,
            });
            let ticket = ticket.expect("a request after each input");
            effects_so_far = login.handle(now, Input::Response(ticket, Ok(response(&body))));
        }
        let code = vec![value(FieldKind::Code, "123456")];
        effects.extend(login.handle(now, Input::Submit(HOST, code)));
    }

    fn reply(&mut self, reply: EngineReply) -> Result<HttpResponse, TransportError> {
        match reply {
            EngineReply::Token(token) => Ok(response(&json!({
                "status": {"success": true},
                "user": {"role": "USER"},
                "auth": {"token": self.token_text(token, "USER")},
            }))),
            EngineReply::Refused => Ok(response(&json!({
                "status": {"success": false, "code": 1529, "message": "invalid token"},
            }))),
            EngineReply::Lost => Err(TransportError::Network),
        }
    }

    fn token_text(&mut self, token: Token, role: &str) -> String {
        let issued_at = (ae_test_support::START_TIME + token.issued_at) / 1000;
        let number = u32::from(token.serial);
        let text = ae_test_support::fixtures::unsigned_token(
            &json!({
                "idv": [
                    format!("EMAIL|{}", token.customer.address()),
                    format!("EXTERNALID|token-{number}-{}-{issued_at}", token.login),
                ],
                "org": "DOCDEMO",
                "alg": "HS256",
            }),
            &json!({
                "uid": token.customer.user(),
                "iat": issued_at,
                "exp": issued_at + LIFE / 1000,
                "rol": role,
            }),
        );
        self.tokens.insert(text.clone(), token);
        text
    }

    fn tab_effect(&mut self, effect: Effect, lock: Ticket) -> Option<TabEffect> {
        Some(match effect {
            Effect::Send(_, request) => match request.call {
                Call::Renew => {
                    let body: Value = serde_json::from_str(&to_json(&request.body)).expect("JSON");
                    let token = body["expiredToken"].as_str().expect("a token");
                    let token = *self.tokens.get(token).expect("a token of this engine");
                    let identifier = &body["identifierValue"];
                    TabEffect::Renew(token, identifier == token.customer.address())
                }
                Call::CheckCode => TabEffect::CheckCode,
                _ => return None,
            },
            Effect::Cancel(ticket) if ticket == lock => TabEffect::CancelRenewal,
            Effect::Cancel(_) => TabEffect::CancelLogin,
            Effect::StoreSession(record, version, audience, _) => {
                let record = record.map(|record| self.record_id(record.expose()));
                TabEffect::StoreSession(record, version, audience == TabScope::AllTabs)
            }
            Effect::AcquireLock(_) => TabEffect::AcquireLock,
            Effect::ReleaseLock(_) => TabEffect::ReleaseLock,
            Effect::ReadSharedRecord(version) => TabEffect::ReadSharedRecord(version),
            Effect::Dispatch(_, Event::SignedIn { .. }) => TabEffect::SignedIn,
            Effect::Dispatch(_, Event::Renewed { .. }) => TabEffect::Renewed,
            Effect::Dispatch(_, Event::SignedOut(reason)) => TabEffect::SignedOut(reason),
            Effect::Dispatch(_, Event::Error { .. }) => TabEffect::Failed,
            Effect::ResolveToken(..) => TabEffect::TokenResolved,
            Effect::Dispatch(..)
            | Effect::StoreStep(_)
            | Effect::StoreIdentifier(_)
            | Effect::StoreLastUse(_) => return None,
        })
    }

    fn record_id(&mut self, text: &str) -> RecordId {
        if let Some(record) = self.record_ids.get(text) {
            return *record;
        }
        let json: Value = serde_json::from_str(text).expect("a record is JSON");
        let version = json["mark"].as_str().and_then(SessionVersion::parse);
        let token = json["token"].as_str().expect("a token in every record");
        self.records.push(SessionRecord {
            text: text.to_owned(),
            version: version.expect("a version in every record"),
            token: *self.tokens.get(token).expect("a token of this engine"),
        });
        let record = RecordId(u32::try_from(self.records.len() - 1).expect("fewer than 2^32"));
        self.record_ids.insert(text.to_owned(), record);
        record
    }

    fn session_record(&self, record: RecordId) -> &SessionRecord {
        &self.records[usize::try_from(record.0).expect("an index")]
    }

    fn cached(&self, login: LoginId) -> &CachedLogin {
        &self.logins[usize::try_from(login.0).expect("an index")]
    }

    /// The number of this login, or of one that differs from it only in counters.
    fn login_id(&mut self, login: Login) -> LoginId {
        let mut debug = String::new();
        let _ = write!(debug, "{login:?}");
        // The settings stand before it and never change.
        let start = debug.find("session: Session").expect("a session");
        let session = &debug[start..];
        let text = without_counters(session);
        if let Some(id) = self.login_ids.get(&text) {
            return *id;
        }
        let number = |before: &str| {
            let (_, rest) = session.split_once(before)?;
            let end = rest.find(')')?;
            rest[..end].parse().ok().map(Ticket)
        };
        let lock = number("stage: AwaitingLock(Ticket(")
            .or_else(|| number("stage: Locked(Ticket("))
            .or_else(|| number("stage: Sent(Ticket("));
        let token = session.split_once("EXTERNALID|token-").map(|(_, rest)| {
            let mut parts = rest.split(['-', '"']).map(str::parse::<u64>);
            let mut next = || parts.next().and_then(Result::ok).expect("a number");
            let (serial, login, issued_at) = (next(), next(), next());
            Token {
                serial: u8::try_from(serial).expect("few tokens"),
                login: u8::try_from(login).expect("few logins"),
                customer: if session.contains("EMAIL|ada") {
                    Customer::Ada
                } else {
                    Customer::Bob
                },
                issued_at: issued_at * 1000 - ae_test_support::START_TIME,
            }
        });
        let view = login.view(Now::new(0, 0), HOST);
        let cached = CachedLogin {
            lock: lock.unwrap_or(UNUSED_TICKET),
            request: number("pending: Some(PendingRequest { ticket: Ticket(")
                .unwrap_or(UNUSED_TICKET),
            state: LoginState {
                signed_in: token.filter(|_| login.session().is_some()),
                needs_lock: lock.is_some(),
                reads_record: session.contains("reading: Some("),
                is_at_identify: view.is_some_and(|view| view.step == StepName::Identify)
                    && !session.contains("pending: Some(")
                    && lock.is_none(),
                has_token_request: session.contains("token_requests: [TokenRequest"),
            },
            login,
        };
        let id = LoginId(u32::try_from(self.logins.len()).expect("fewer than 2^32"));
        self.logins.push(cached);
        self.login_ids.insert(text, id);
        id
    }
}

/// A `Debug` text without the values of counters.
fn without_counters(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find([':', '(']) {
        let (head, tail) = rest.split_at(at + 1);
        out.push_str(head);
        let counters = [
            "Ticket(",
            "screen:",
            "revision:",
            "focus: (",
            "last_ticket:",
        ];
        rest = if counters.iter().any(|name| out.ends_with(name)) {
            tail.trim_start_matches(|c: char| c == ' ' || c.is_ascii_digit())
        } else {
            tail
        };
    }
    out.push_str(rest);
    out
}

/// A response with status 200.
fn response(body: &Value) -> HttpResponse {
    HttpResponse {
        status: 200,
        html: false,
        retry_after: None,
        body: Secret::new(body.to_string()),
    }
}
