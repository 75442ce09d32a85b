//! The diagram of the flow, in the documentation of `src/login/flow.rs`, shows exactly the changes of step that occur.
//!
//! The test walks at random, but always the same way, through all combinations of methods: it submits every form, presses every
//! button, lets time pass, and answers every request with success or with one of the contract's codes.

use std::collections::BTreeSet;

use ae_login::login::config::{Config, FormSettings, Settings};
use ae_login::login::secret::Secret;
use ae_login::login::time::{Now, Rng};
use ae_login::login::view::{Action, FieldKind, FieldValue};
use ae_login::login::wire::{Call, HttpResponse, Request, TransportError};
use ae_login::login::{Effect, Event, HostId, Input, Login, Ticket};
use ae_test_support::MINUTE;

const FLOW: &str = include_str!("../../src/login/flow.rs");
const HOST: HostId = HostId(1);
const STEPS_OF_A_WALK: usize = 1_500;

/// Every code that the contract has for failures.
const CODES: [i64; 34] = [
    1502, 1503, 1504, 1505, 1506, 1507, 1508, 1509, 1515, 1518, 1519, 1520, 1521, 1523, 1524, 1525,
    1526, 1527, 1528, 1529, 1530, 1531, 1532, 1534, 1535, 1537, 1540, 1541, 1542, 1543, 1597, 1601,
    1602, 1603,
];

/// A change of step: from, to.
type Change = (String, String);

/// The changes in the diagram: lines such as `identify --> second_code : reason`.
fn drawn() -> BTreeSet<Change> {
    let lines = FLOW.lines().filter_map(|line| line.strip_prefix("//!"));
    let arrows = lines.filter_map(|line| {
        let (from, rest) = line.split_once(" --> ")?;
        let (to, reason) = rest.split_once(" : ")?;
        assert!(!reason.trim().is_empty(), "{line}: a reason");
        Some((from.trim().replace('_', "-"), to.trim().replace('_', "-")))
    });
    let arrows = arrows.collect::<Vec<_>>();
    let changes = arrows.iter().cloned().collect::<BTreeSet<_>>();
    assert_eq!(arrows.len(), changes.len(), "an arrow is drawn twice");
    changes
}

fn base64url(text: &str) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let bits = text
        .bytes()
        .flat_map(|byte| (0..8).rev().map(move |bit| byte >> bit & 1));
    let bits = bits.collect::<Vec<_>>();
    let letter = |six: &[u8]| {
        let number = six.iter().fold(0, |number, bit| number << 1 | bit) << (6 - six.len());
        char::from(LETTERS[usize::from(number)])
    };
    bits.chunks(6).map(letter).collect()
}

/// One login with one form, and the requests that it waits for.
struct Walk {
    login: Login,
    now: Now,
    rng: Rng,
    pending: Vec<(Ticket, Request)>,
    seen: BTreeSet<Change>,
}

impl Walk {
    fn new(settings: Settings, form: FormSettings, seed: u64) -> Self {
        let mut walk = Self {
            login: Login::new(settings, seed),
            now: Now::new(0, 1_760_000_000_000),
            rng: Rng::new(seed),
            pending: Vec::new(),
            seen: BTreeSet::new(),
        };
        walk.handle(Input::Attach(HOST, Some(form), None));
        walk.handle(Input::Start(None, None));
        walk
    }

    fn handle(&mut self, input: Input) {
        for effect in self.login.handle(self.now, input) {
            match effect {
                Effect::Send(ticket, request) => self.pending.push((ticket, request)),
                Effect::Cancel(ticket) => self.pending.retain(|(pending, _)| *pending != ticket),
                Effect::AcquireLock(ticket) => self.handle(Input::LockGranted(ticket)),
                Effect::Dispatch(_, Event::Step { step, previous }) => {
                    let change = (previous.as_str().to_owned(), step.as_str().to_owned());
                    self.seen.insert(change);
                }
                _ => {}
            }
        }
    }

    fn pick<T: Copy>(&mut self, all: &[T]) -> T {
        let last = u64::try_from(all.len() - 1).expect("few");
        all[usize::try_from(self.rng.up_to(last)).expect("few")]
    }

    fn passes(&mut self, span: u64) {
        let (monotonic, unix) = (self.now.monotonic.after(span), self.now.unix.after(span));
        self.now = Now::new(monotonic.0, unix.0);
        self.handle(Input::Wake(ae_login::login::session::WakeReason::Timer));
    }

    fn submit(&mut self) {
        let view = self.login.view(self.now, HOST).expect("a form");
        let is_username = self.rng.up_to(1) == 0;
        let values = view.fields.iter().map(|field| FieldValue {
            kind: field.kind,
            value: Secret::new(match field.kind {
                FieldKind::Mobile => "+91 99999 22332",
                FieldKind::Email => "ada@example.org",
                FieldKind::Any if !is_username => "+91 99999 22332",
                FieldKind::Any | FieldKind::Username => "ada",
                FieldKind::ExternalId => "4711",
                FieldKind::Code => "123456",
                FieldKind::Password | FieldKind::NewPassword | FieldKind::ConfirmPassword => "pass",
            }),
            meets_policy: true,
        });
        self.handle(Input::Submit(HOST, values.collect()));
    }

    /// Answers a request: mostly with success, so that walks get far.
    fn answer(&mut self) {
        let Some((ticket, request)) = self.pending.pop() else {
            return;
        };
        let body = match self.rng.up_to(9) {
            0 if self.rng.up_to(3) == 0 => {
                return self.handle(Input::Response(ticket, Err(TransportError::Network)));
            }
            0 | 1 => {
                let code = self.pick(&CODES);
                format!(r#"{{"status":{{"success":false,"code":{code}}}}}"#)
            }
            _ => self.success(&request),
        };
        let response = HttpResponse {
            status: 200,
            html: false,
            retry_after: None,
            body: body.into(),
        };
        self.handle(Input::Response(ticket, Ok(response)));
    }

    fn success(&mut self, request: &Request) -> String {
        let role = match request.call {
            Call::OpenSession => "VIEW",
            Call::OpenSecond => self.pick(&["VIEW", "USER"]),
            Call::Renew | Call::RenewByKey => "USER",
            _ => self.pick(&["USER", "MFA_PENDING", "VIEW"]),
        };
        let has_password = self.pick(&[true, false]);
        let identifier = request.body.identifier_value.expose();
        let header = format!(
            r#"{{"idv":["{}|{identifier}"],"org":"DOCDEMO","alg":"HS256"}}"#,
            request.body.identifier_type
        );
        let issued = self.now.unix.0 / 1000;
        let claims = format!(
            r#"{{"uid":"1","rol":"{role}","iat":{issued},"exp":{}}}"#,
            issued + 900
        );
        let token = [&base64url(&header), ".", &base64url(&claims), ".c2ln"].concat();
        format!(
            r#"{{"status":{{"success":true}},"auth":{{"token":"{token}"}},"user":{{"sessionId":"s","userRegisteredForPassword":{has_password}}}}}"#
        )
    }

    fn step(&mut self) {
        match self.rng.up_to(15) {
            0..=4 => self.submit(),
            5..=9 => self.answer(),
            10..=12 => {
                let view = self.login.view(self.now, HOST).expect("a form");
                let actions = view.actions.iter().map(|button| button.action);
                let actions = actions.chain([Action::MoreTime]).collect::<Vec<_>>();
                let action = self.pick(&actions);
                self.handle(Input::Press(HOST, action));
            }
            13 => {
                let span = self.pick(&[40_000, 40_000, 40_000, 14 * MINUTE, 20 * MINUTE]);
                self.passes(span);
            }
            14 => self.handle(Input::ChangePassword(HOST)),
            _ => match self.rng.up_to(9) {
                0 => self.handle(Input::SignOut),
                1 => self.handle(Input::Restart(HOST)),
                2 => self.handle(Input::SharedVersionChanged(None)),
                3 => self.passes(2 * 24 * 60 * MINUTE),
                _ => {}
            },
        }
    }
}

/// The changes of step that occur with some attributes.
fn seen_with(attributes: &[(&str, &str)], seed: u64) -> BTreeSet<Change> {
    let config = Config::parse(|name| {
        let all = [("base-url", "https://api.example"), ("brand", "DocDemo")];
        let mut all = all.iter().chain(attributes);
        let (_, value) = all.find(|(key, _)| *key == name)?;
        Some((*value).to_owned())
    });
    let config = config.expect("valid attributes");
    let mut walk = Walk::new(config.settings, config.form, seed);
    for _ in 0..STEPS_OF_A_WALK {
        walk.step();
    }
    walk.seen
}

#[test]
fn diagram_of_the_flow_shows_every_change_of_step_and_no_other() {
    let mut changes = BTreeSet::new();
    let mut seed = 0;
    for first in ["otp", "password", "auto"] {
        for policy in ["auto", "always", "off"] {
            for second in ["otp", "password", "auto"] {
                for identifier in ["same", "email"] {
                    for accepted in ["mobile", "mobile username"] {
                        seed += 1;
                        changes.extend(seen_with(
                            &[
                                ("first-factor", first),
                                ("second-factor", policy),
                                ("second-factor-method", second),
                                ("second-factor-identifier", identifier),
                                ("identifiers", accepted),
                                ("fallback-channels", "SMS WHATSAPP"),
                            ],
                            seed,
                        ));
                    }
                }
            }
        }
    }
    let drawn = drawn();
    let missing = changes.difference(&drawn).collect::<Vec<_>>();
    let wrong = drawn.difference(&changes).collect::<Vec<_>>();
    assert!(
        missing.is_empty() && wrong.is_empty(),
        "not drawn: {missing:#?}\ndrawn, but never seen: {wrong:#?}"
    );
}
