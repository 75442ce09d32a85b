//! Every `Login` the explorer has met, each written down once: what a tab does depends on the login it is and on what happens to
//! it, so whatever was tried once need not be tried again.
//!
//! The logins are the shipped ones. Two count as the same if their `Debug` text says the same but for numbers that only count
//! (of questions, of screens, of their editions). A question's number is then asked of the login that stands for them.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::hash::BuildHasherDefault;
use std::rc::Rc;

use ae_login::login::codec::to_json;
use ae_login::login::config::Config;
use ae_login::login::secret::Secret;
use ae_login::login::session::{Audience, SessionVersion, WakeReason};
use ae_login::login::time::{Millis, Now};
use ae_login::login::view::{FieldKind, FieldValue, StepName};
use ae_login::login::wire::{Call, Reply, TransportError};
use ae_login::login::{Effect, Event, HostId, Input, Login, Ticket, TokenRequestId};
use serde_json::{Value, json};

use crate::words::{Customer, Deed, Said, Token, What};

/// `HashMap` that needs no chance.
pub(crate) type Map<K, V> = HashMap<K, V, BuildHasherDefault<std::hash::DefaultHasher>>;

/// How long a token lives.
pub(crate) const LIFE: Millis = 100 * ae_test_support::SECOND;
const HOST: HostId = HostId(1);
const ASK: TokenRequestId = TokenRequestId(1);
/// The number of no question.
const NOBODYS: Ticket = Ticket(0);

/// The number of a login in the book.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Page(u32);

/// The number of a record in the book.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Record(u32);

/// A login and what can be read off it.
struct Known {
    login: Login,
    /// Of its place in the queue and of its renewal.
    turn: Ticket,
    /// Of its form's question.
    question: Ticket,
    seen: Seen,
}

/// What can be read off a login.
#[expect(
    clippy::struct_excessive_bools,
    reason = "what is seen of a page, each by itself"
)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Seen {
    /// Whose token the page is told to be signed in with.
    pub(crate) signed_in: Option<Token>,
    /// Whether it waits for its turn, or has it.
    pub(crate) has_turn: bool,
    /// Whether it waits for another tab's record.
    pub(crate) looks: bool,
    /// Whether a customer may say who they are.
    pub(crate) is_at_start: bool,
    /// Whether somebody waits for a token.
    pub(crate) is_asked: bool,
}

struct Written {
    text: String,
    mark: SessionVersion,
    token: Token,
}

/// What becomes of a page, and what it does.
type Done = (Page, Rc<[Deed]>);
/// Both clocks.
type Moment = (Millis, Millis);

/// The book.
pub(crate) struct Book {
    config: Config,
    pages: Vec<Known>,
    by_text: Map<String, Page>,
    records: Vec<Written>,
    by_record: Map<String, Record>,
    tokens: Map<String, Token>,
    done: Map<(Page, Moment, What), Done>,
    rings: Map<(Page, Moment), Option<Millis>>,
}

impl Book {
    pub(crate) fn new() -> Self {
        Self {
            config: ae_test_support::fixtures::config(&[]),
            pages: Vec::new(),
            by_text: Map::default(),
            records: Vec::new(),
            by_record: Map::default(),
            tokens: Map::default(),
            done: Map::default(),
            rings: Map::default(),
        }
    }

    /// A page that has just been loaded: nobody has said anything yet.
    pub(crate) fn blank(&mut self, now: Now) -> Page {
        let mut login = Login::new(
            self.config.settings.clone(),
            ae_test_support::LATEST_RENEWAL_SEED,
        );
        login.handle(
            now,
            Input::Attach(HOST, Some(self.config.form.clone()), None),
        );
        self.number(login)
    }

    pub(crate) fn seen(&self, page: Page) -> Seen {
        self.known(page).seen
    }

    /// When it wants to be woken, on the monotonic clock.
    pub(crate) fn rings(&mut self, page: Page, now: Now) -> Option<Millis> {
        if let Some(at) = self.rings.get(&(page, (now.mono, now.wall))) {
            return *at;
        }
        let at = self.known(page).login.wake_at(now);
        self.rings.insert((page, (now.mono, now.wall)), at);
        at
    }

    pub(crate) fn mark(&self, record: Record) -> SessionVersion {
        self.written(record).mark
    }

    pub(crate) fn token(&self, record: Record) -> Token {
        self.written(record).token
    }

    /// The same record as if it stood under another mark: nobody but a broken runner would say so.
    pub(crate) fn forge(&mut self, record: Record, mark: SessionVersion) -> Record {
        let written = self.written(record);
        let old = json!(written.mark.to_text()).to_string();
        let new = json!(mark.to_text()).to_string();
        let text = written.text.replacen(&old, &new, 1);
        self.record(&text)
    }

    /// Lets something happen to a page, and tells what becomes of it and what it does.
    pub(crate) fn happens(&mut self, page: Page, now: Now, what: What) -> Done {
        let key = (page, (now.mono, now.wall), what);
        if let Some((page, deeds)) = self.done.get(&key) {
            return (*page, Rc::clone(deeds));
        }
        let known = self.known(page);
        let (turn, question) = (known.turn, known.question);
        let mut login = known.login.clone();
        let mut effects = Vec::new();
        for input in self.inputs(turn, question, what) {
            effects.extend(login.handle(now, input));
        }
        if let What::SignIn(customer, made) = what {
            self.sign_in(&mut login, now, customer, made, &mut effects);
        }
        let mut deeds = Vec::new();
        for effect in effects {
            deeds.extend(self.deed(effect, turn));
        }
        let done: Done = (self.number(login), deeds.into());
        self.done.insert(key, (done.0, Rc::clone(&done.1)));
        done
    }

    fn inputs(&mut self, turn: Ticket, question: Ticket, what: What) -> Vec<Input> {
        let read = |record: Option<Record>| record.map(|it| Secret::new(&self.written(it).text));
        vec![match what {
            What::Begin(record, mark) => Input::Start(read(record), mark),
            What::Heard(mark) => Input::SharedVersionChanged(mark),
            What::Looked(mark, record) => Input::SharedRecordRead(mark, read(record)),
            What::Turn => Input::LockGranted(turn),
            What::LateTurn => Input::LockGranted(NOBODYS),
            What::Renewal(said) => Input::Response(turn, self.reply(said)),
            What::Proof(said) => Input::Response(question, self.reply(said)),
            What::LateAnswer(said) => Input::Response(NOBODYS, self.reply(said)),
            What::SignIn(..) => return Vec::new(),
            What::SignOut => Input::SignOut,
            What::Ask => Input::RequestToken(ASK, LIFE, None),
            What::Ring => Input::Wake(WakeReason::Timer),
            What::Wake => Input::Wake(WakeReason::Woken),
        }]
    }

    /// A customer goes through the form up to the last question.
    fn sign_in(
        &mut self,
        login: &mut Login,
        now: Now,
        customer: Customer,
        made: Millis,
        effects: &mut Vec<Effect>,
    ) {
        let entry = |asked, text: &str| FieldValue {
            asked,
            value: Secret::new(text),
            fits: true,
        };
        let opening = Token {
            serial: 0,
            login: 0,
            customer,
            made,
        };
        let name = vec![entry(FieldKind::Any, customer.address())];
        let mut asked = login.handle(now, Input::Submit(HOST, name));
        for body in [
            json!({
                "status": {"success": true},
                "user": {"sessionId": "P-1", "userRegisteredForPassword": false, "role": "VIEW"},
                "auth": {"token": self.token_text(opening, "VIEW")},
            }),
            json!({"status": {"success": true}}),
        ] {
            let ticket = asked.iter().find_map(|effect| match effect {
                Effect::Send(ticket, _) => Some(*ticket),
                _ => None,
            });
            let ticket = ticket.expect("a question after what was typed or answered");
            asked = login.handle(now, Input::Response(ticket, Ok(whole(&body))));
        }
        let code = vec![entry(FieldKind::Code, "123456")];
        effects.extend(login.handle(now, Input::Submit(HOST, code)));
    }

    fn reply(&mut self, said: Said) -> Result<Reply, TransportError> {
        match said {
            Said::Token(token) => Ok(whole(&json!({
                "status": {"success": true},
                "user": {"role": "USER"},
                "auth": {"token": self.token_text(token, "USER")},
            }))),
            Said::No => Ok(whole(&json!({
                "status": {"success": false, "code": 1529, "message": "invalid token"},
            }))),
            Said::Nothing => Err(TransportError::Network),
        }
    }

    fn token_text(&mut self, token: Token, role: &str) -> String {
        let made = (ae_test_support::START_TIME + token.made) / 1000;
        let number = u32::from(token.serial);
        let text = ae_test_support::fixtures::unsigned_token(
            &json!({
                "idv": [
                    format!("EMAIL|{}", token.customer.address()),
                    format!("EXTERNALID|token-{number}-{}-{made}", token.login),
                ],
                "org": "DOCDEMO",
                "alg": "HS256",
            }),
            &json!({
                "uid": token.customer.user(),
                "iat": made,
                "exp": made + LIFE / 1000,
                "rol": role,
            }),
        );
        self.tokens.insert(text.clone(), token);
        text
    }

    fn deed(&mut self, effect: Effect, turn: Ticket) -> Option<Deed> {
        Some(match effect {
            Effect::Send(_, request) => match request.call {
                Call::Renew => {
                    let body: Value = serde_json::from_str(&to_json(&request.body)).expect("JSON");
                    let token = body["expiredToken"].as_str().expect("a token");
                    let token = *self.tokens.get(token).expect("a token of this engine");
                    let name = &body["identifierValue"];
                    Deed::Renew(token, name == token.customer.address())
                }
                Call::CheckCode => Deed::Prove,
                _ => return None,
            },
            Effect::Cancel(ticket) if ticket == turn => Deed::CancelRenewal,
            Effect::Cancel(_) => Deed::CancelProof,
            Effect::StoreSession(record, mark, audience, _) => {
                let record = record.map(|record| self.record(record.expose()));
                Deed::Keep(record, mark, audience == Audience::AllTabs)
            }
            Effect::AcquireLock(_) => Deed::Queue,
            Effect::ReleaseLock(_) => Deed::Leave,
            Effect::ReadSharedRecord(mark) => Deed::Look(mark),
            Effect::Dispatch(_, Event::SignedIn { .. }) => Deed::In,
            Effect::Dispatch(_, Event::Renewed { .. }) => Deed::Renewed,
            Effect::Dispatch(_, Event::SignedOut(reason)) => Deed::Out(reason),
            Effect::Dispatch(_, Event::Error { .. }) => Deed::Failed,
            Effect::ResolveToken(..) => Deed::Settled,
            Effect::Dispatch(..) | Effect::StoreStep(_) | Effect::StoreLastUse(_) => return None,
        })
    }

    fn record(&mut self, text: &str) -> Record {
        if let Some(record) = self.by_record.get(text) {
            return *record;
        }
        let json: Value = serde_json::from_str(text).expect("a record is JSON");
        let mark = json["mark"].as_str().and_then(SessionVersion::read);
        let token = json["token"].as_str().expect("a token in every record");
        self.records.push(Written {
            text: text.to_owned(),
            mark: mark.expect("a mark in every record"),
            token: *self.tokens.get(token).expect("a token of this engine"),
        });
        let record = Record(u32::try_from(self.records.len() - 1).expect("not that many"));
        self.by_record.insert(text.to_owned(), record);
        record
    }

    fn written(&self, record: Record) -> &Written {
        &self.records[usize::try_from(record.0).expect("an index")]
    }

    fn known(&self, page: Page) -> &Known {
        &self.pages[usize::try_from(page.0).expect("an index")]
    }

    /// The number of a login that is like this one.
    fn number(&mut self, login: Login) -> Page {
        let mut text = String::new();
        let _ = write!(text, "{login:?}");
        // The settings never change.
        let begin = text.find("session: Session").expect("a session");
        let said = &text[begin..];
        let shape = without_counters(said);
        if let Some(page) = self.by_text.get(&shape) {
            return *page;
        }
        let number = |before: &str| {
            let (_, rest) = said.split_once(before)?;
            let end = rest.find(')')?;
            rest[..end].parse().ok().map(Ticket)
        };
        let turn = number("turn: Queued(Ticket(").or_else(|| number("turn: Ours(Ticket("));
        let token = said.split_once("EXTERNALID|token-").map(|(_, rest)| {
            let mut parts = rest.split(['-', '"']).map(str::parse::<u64>);
            let mut next = || parts.next().and_then(Result::ok).expect("a number");
            let (serial, login, made) = (next(), next(), next());
            Token {
                serial: u8::try_from(serial).expect("few tokens"),
                login: u8::try_from(login).expect("few logins"),
                customer: if said.contains("EMAIL|ada") {
                    Customer::Ada
                } else {
                    Customer::Bob
                },
                made: made * 1000 - ae_test_support::START_TIME,
            }
        });
        let view = login.view(Now { mono: 0, wall: 0 }, HOST);
        let known = Known {
            turn: turn.unwrap_or(NOBODYS),
            question: number("waiting: Some((Ticket(").unwrap_or(NOBODYS),
            seen: Seen {
                signed_in: token.filter(|_| login.session().is_some()),
                has_turn: turn.is_some(),
                looks: said.contains("looking: Some("),
                is_at_start: view.is_some_and(|view| view.step == StepName::Identify)
                    && !said.contains("waiting: Some(")
                    && turn.is_none(),
                is_asked: !said.contains("asks: []"),
            },
            login,
        };
        let page = Page(u32::try_from(self.pages.len()).expect("not that many"));
        self.pages.push(known);
        self.by_text.insert(shape, page);
        page
    }
}

/// A `Debug` text without the numbers that only count.
fn without_counters(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find([':', '(']) {
        let (head, tail) = rest.split_at(at + 1);
        out.push_str(head);
        let counts = ["Ticket(", "screen:", "edition:", "focus: (", "last_ticket:"];
        rest = if counts.iter().any(|name| out.ends_with(name)) {
            tail.trim_start_matches(|c: char| c == ' ' || c.is_ascii_digit())
        } else {
            tail
        };
    }
    out.push_str(rest);
    out
}

fn whole(body: &Value) -> Reply {
    Reply {
        status: 200,
        html: false,
        retry_after: None,
        body: Secret::new(body.to_string()),
    }
}
