//! 100,000 random inputs, faults and clock jumps. After each of them the invariants of `ae_test_support` hold, and at the end the
//! customer can always sign in.

use std::collections::BTreeSet;

use ae_engine::{Customer, Fault};
use ae_login::login::config::{IdentifierKind, Method, SecondFactor, Storage};
use ae_login::login::secret::Secret;
use ae_login::login::text::Text;
use ae_login::login::time::Rng;
use ae_login::login::view::{Action, FieldKind, StepName};
use ae_login::login::wire::{Call, HttpResponse, TransportError};
use ae_login::login::{HostId, Input, PageEvent, Ticket};
use ae_test_support::{ADA, MINUTE, MOBILE, Network, SECOND, TestPage, ada};

/// How many random walks there are.
const WALKS: u64 = 200;
/// How many random events each walk has.
const STEPS: usize = 500;
/// The passwords that Ada uses.
const PASSWORDS: [&str; 3] = ["correct horse", "battery staple", "staple battery"];

#[test]
fn random_inputs_keep_the_invariants_and_a_way_to_sign_in() {
    let mut signed_in = 0;
    let mut seen = BTreeSet::new();
    let mut warnings = 0;
    for seed in 0..WALKS {
        let mut walk = Walk::new(seed);
        for _ in 0..STEPS {
            walk.step();
            signed_in += u32::from(walk.page.is_signed_in());
            seen.extend(walk.visible_steps());
            warnings += u32::from(walk.has_time_warning());
        }
        walk.sign_in_without_faults();
    }
    // The walks must reach sessions and every step, or they test little.
    let share = signed_in / u32::try_from(WALKS).expect("a small number");
    assert!((60..450).contains(&share), "{share} of {STEPS}");
    let all = BTreeSet::from(StepName::ALL.map(StepName::as_str));
    assert_eq!(seen, all, "every step is reached");
    assert!(warnings > 500, "{warnings} warnings about the time");
}

#[test]
fn random_walk_is_reproducible_from_its_seed() {
    let walk = || {
        let mut walk = Walk::new(42);
        (0..200).for_each(|_| walk.step());
        (walk.page.debug(), walk.page.requests().to_vec())
    };
    assert_eq!(walk(), walk());
}

/// A page, and the random events that happen to it.
struct Walk {
    page: TestPage,
    rng: Rng,
    /// Forms and sessions without a form, in the order they were attached.
    hosts: Vec<(HostId, bool)>,
}

/// Random attributes.
fn attributes(rng: &mut Rng) -> Vec<(&'static str, &'static str)> {
    let mut among = |name, values: &[&'static str]| (name, values[index(rng, values.len())]);
    let mut attributes = vec![
        among(
            "identifiers",
            &[
                "mobile email",
                "mobile email",
                "email",
                "username",
                "mobile username",
                "external-id email",
                "mobile email username external-id",
            ],
        ),
        among("first-factor", &["otp", "password", "auto"]),
        among("second-factor", &["auto", "auto", "always", "off"]),
        among("second-factor-method", &["otp", "password", "auto"]),
        among(
            "second-factor-identifier",
            &["same", "same", "email", "mobile", "username", "external-id"],
        ),
        among("pending-roles", &["MFA_PENDING", "MFA_PENDING OWES_MORE"]),
        among("resend-after", &["30", "0", "300"]),
        among("session-minutes", &["15", "3", "1"]),
    ];
    attributes.extend(
        [among(
            "fallback-channels",
            &["", "SMS", "WHATSAPP SMS ZALO"],
        )]
        .into_iter()
        .filter(|(_, channels)| !channels.is_empty()),
    );
    attributes
}

/// A random brand, and a random customer.
fn brand(rng: &mut Rng, engine: &mut ae_engine::Settings) {
    let mut coin = || index(rng, 2) == 0;
    engine.password_brand = coin();
    engine.mfa_password = coin();
    engine.forced_mfa = coin();
    engine.skip_otp_validate = coin();
    engine.skip_otp_validate_reset = coin();
    engine.regenerate_mfa_key = coin();
    engine.web_renews_mfa_tokens = coin();
    engine.forget_needs_new_session = coin();
    engine.password_change_revokes = coin();
    engine.newest_session_only = coin();
    engine.external_id = true;
    engine.lock = coin() && coin();
    engine.lock_tells_when = coin();
    engine.lock_s = 600;
    engine.quota = coin().then_some(20);
    engine.quota_window_s = Some(600);
    engine.fallback_channels = if coin() {
        vec!["SMS".to_owned(), "WHATSAPP".to_owned()]
    } else {
        Vec::new()
    };
    let (first, second) = (coin(), coin());
    let password = |has: bool, at: usize| has.then(|| PASSWORDS[at].to_owned());
    let customer = Customer {
        password: password(first && engine.password_brand, 0),
        mfa_password: password(second && engine.mfa_password, 1),
        mfa: coin(),
        mobile: Some("919999922332".to_owned()),
        email: Some(ADA.to_owned()),
        username: Some("grace".to_owned()),
        external_id: Some("4711".to_owned()),
        ..ada()
    };
    engine.customers.insert(ADA.to_owned(), customer);
}

impl Walk {
    fn new(seed: u64) -> Self {
        let mut rng = Rng::new(seed);
        let life = [20, 90, 900, 10_800][index(&mut rng, 4)];
        let attributes = attributes(&mut rng);
        let mut page = TestPage::with(&attributes, |engine| {
            engine.set_lives(life);
            engine.renew_grace_s = [None, Some(60)][index(&mut rng, 2)];
            brand(&mut rng, engine);
        });
        if index(&mut rng, 3) == 0 {
            page.policy = Some(|password| password != PASSWORDS[2]);
        }
        Self {
            page,
            rng,
            hosts: vec![(ae_test_support::FORM, true)],
        }
    }

    /// The steps of all forms.
    fn visible_steps(&self) -> Vec<&'static str> {
        let forms = self.hosts.iter().filter(|(_, form)| *form);
        forms
            .map(|(host, _)| self.page.view_of(*host).step.as_str())
            .collect()
    }

    /// Whether a form offers more time.
    fn has_time_warning(&self) -> bool {
        let mut forms = self.hosts.iter().filter(|(_, form)| *form);
        forms.any(|(host, _)| self.page.view_of(*host).is_short)
    }

    fn random_below(&mut self, limit: usize) -> usize {
        index(&mut self.rng, limit)
    }

    fn pick<T: Clone>(&mut self, from: &[T]) -> T {
        let at = self.random_below(from.len());
        from[at].clone()
    }

    fn form(&mut self) -> Option<HostId> {
        let forms = self.hosts.iter().filter(|(_, form)| *form);
        let forms = forms.map(|(host, _)| *host).collect::<Vec<_>>();
        (!forms.is_empty()).then(|| self.pick(&forms))
    }

    /// A random span: mostly short, sometimes many minutes.
    fn span(&mut self) -> u64 {
        let most = self.pick(&[10, SECOND, SECOND, 10 * SECOND, MINUTE, 16 * MINUTE]);
        self.rng.up_to(most)
    }

    fn step(&mut self) {
        match self.random_below(100) {
            0..34 => self.customer_goes_on(),
            34..45 => self.customer_makes_a_mistake(),
            45..68 => {
                let span = self.span();
                self.page.advance(span);
            }
            68..74 => self.page_calls_a_method(),
            74..80 => self.fault_occurs(),
            80..90 => self.faults_end(),
            90..95 => self.clocks_jump(),
            _ => self.page_changes(),
        }
    }

    /// Input that leads towards a session.
    fn customer_goes_on(&mut self) {
        let Some(form) = self.form() else { return };
        let view = self.page.view_of(form);
        let mut buttons = view
            .actions
            .iter()
            .map(|button| button.action)
            .collect::<Vec<_>>();
        buttons.extend(view.is_short.then_some(Action::MoreTime));
        if self.random_below(6) == 0 && !buttons.is_empty() {
            let action = self.pick(&buttons);
            return self.page.press_in(form, action);
        }
        let texts = self.valid_values(form);
        let texts = texts.iter().map(String::as_str).collect::<Vec<_>>();
        self.page.fill_in(form, &texts);
    }

    /// Valid values for all fields of a form.
    fn valid_values(&mut self, form: HostId) -> Vec<String> {
        let customer = self.page.engine.settings().customers[ADA].clone();
        let guess = self.pick(&PASSWORDS).to_owned();
        let new = self.pick(&PASSWORDS).to_owned();
        let view = self.page.view_of(form);
        let second = view.step == StepName::SecondPassword
            || self.page.calls().last() == Some(&Call::CheckSecondPassword);
        let known = if second {
            customer.mfa_password
        } else {
            customer.password
        };
        let outbox = self.page.engine.outbox();
        let code = outbox.last().map(|sent| sent.code.clone());
        let mut kinds = self.page.form_settings().identifiers.clone();
        let titles = [Text::AddressTitle, Text::AddressForPasswordTitle];
        if titles.contains(&view.title) || view.step == StepName::SecondIdentify {
            kinds = vec![IdentifierKind::Mobile, IdentifierKind::Email];
        }
        let any = match self.pick(&kinds) {
            IdentifierKind::Mobile => MOBILE,
            IdentifierKind::Email => ADA,
            IdentifierKind::Username => "grace",
            IdentifierKind::ExternalId => "4711",
        };
        let text = |asked| match asked {
            FieldKind::Mobile => MOBILE.to_owned(),
            FieldKind::Email => ADA.to_owned(),
            FieldKind::Username => "grace".to_owned(),
            FieldKind::ExternalId => "4711".to_owned(),
            FieldKind::Any => any.to_owned(),
            FieldKind::Code => code.clone().unwrap_or_default(),
            FieldKind::Password => known.clone().unwrap_or_else(|| guess.clone()),
            FieldKind::NewPassword | FieldKind::ConfirmPassword => new.clone(),
        };
        view.fields.iter().map(|field| text(field.kind)).collect()
    }

    fn customer_makes_a_mistake(&mut self) {
        let Some(form) = self.form() else { return };
        let text = self.pick(&[
            "",
            "x",
            "123456",
            "0000",
            ADA,
            "eve@example.org",
            "+44",
            "+44 20 7946 0958",
            "linus",
            PASSWORDS[0],
            "\u{202e}",
            "１２３",
        ]);
        match self.random_below(5) {
            0 => self.page.type_in(form, text),
            1 => self.page.submit_in(form, text),
            2 => {
                let other = self.pick(&PASSWORDS);
                self.page.fill_in(form, &[text, other]);
            }
            _ => {
                let action = self.pick(&Action::ALL);
                self.page.press_in(form, action);
            }
        }
    }

    fn page_calls_a_method(&mut self) {
        match self.random_below(11) {
            8 => {
                let host = self.form().unwrap_or(HostId(99));
                let code = self.pick(&["123456", "12345", "000000"]);
                self.page
                    .dispatch(Input::SecretTyped(host, Secret::new(code)));
            }
            9 => {
                let host = self.form().unwrap_or(HostId(99));
                let is_open = self.random_below(2) == 0;
                self.page.dispatch(Input::DialogToggled(host, is_open));
            }
            10 => {
                let event = self.pick(&[PageEvent::Left, PageEvent::Visible]);
                self.page.dispatch(Input::Page(event));
            }
            0..3 if !self.hosts.is_empty() => {
                let seconds = self.pick(&[0, 30, 3_600, 1_000_000]);
                self.page.request_token(seconds);
            }
            3 => self.page.sign_out(),
            4 => {
                let host = self.form().unwrap_or(HostId(99));
                self.page.dispatch(Input::Restart(host));
            }
            5 | 6 => {
                let host = self.form().unwrap_or(HostId(99));
                self.page.dispatch(Input::ChangePassword(host));
            }
            _ => self.page.wake(),
        }
    }

    fn fault_occurs(&mut self) {
        match self.random_below(4) {
            0 => {
                let wires = [
                    Network::Unreachable,
                    Network::Offline,
                    Network::LosesResponses,
                    Network::Stalled,
                ];
                self.page.network = self.pick(&wires);
            }
            1 => self.page.latency = self.span().min(12 * SECOND),
            2 => {
                let ticket =
                    Ticket(1_000_000 + u32::try_from(self.random_below(9)).expect("a digit"));
                let reply = HttpResponse {
                    status: 200,
                    html: false,
                    retry_after: None,
                    body: "{\"status\":{\"success\":true}}".to_owned().into(),
                };
                let reply = self.pick(&[Ok(reply), Err(TransportError::Timeout)]);
                self.page.dispatch(Input::Response(ticket, reply));
            }
            _ => {
                let (call, fault) = (self.pick(&Call::ALL), self.pick(&faults()));
                self.page.fail_next(call, fault);
            }
        }
    }

    fn faults_end(&mut self) {
        self.page.network = Network::Working;
        self.page.latency = 0;
        self.page.storage_is_full = false;
        self.page.timer_granularity = 0;
        self.page.engine.clear_faults();
        self.page.engine.settings_mut().clock_offset_s = 0;
        self.page.wake();
    }

    fn clocks_jump(&mut self) {
        let span = self.span();
        match self.random_below(4) {
            0 => self.page.sleep(span),
            1 => {
                let by = i64::try_from(span).expect("a span") * self.pick(&[-24, -1, 1, 24]);
                self.page.shift_wall_clock(by);
            }
            2 => {
                let offset = self.pick(&[-86_400, -7, 0, 7, 86_400]);
                self.page.engine.settings_mut().clock_offset_s = offset;
            }
            _ => self.page.timer_granularity = self.pick(&[0, SECOND, MINUTE]),
        }
    }

    fn page_changes(&mut self) {
        match self.random_below(8) {
            0 => {
                let with_form = self.random_below(3) > 0;
                if self.hosts.len() < 4 {
                    let host = self.page.attach(with_form);
                    self.hosts.push((host, with_form));
                }
            }
            1 if !self.hosts.is_empty() => {
                let at = self.random_below(self.hosts.len());
                let (host, _) = self.hosts.remove(at);
                self.page.detach(host);
            }
            2 => self.page.storage_is_full = true,
            3 => {
                let (renew, storage) = (
                    self.random_below(3) > 0,
                    self.pick(&[Storage::Tab, Storage::Device]),
                );
                self.page.change_settings(|settings| {
                    settings.renew = renew;
                    settings.storage = storage;
                });
            }
            4 => {
                let span = self.span();
                self.page
                    .change_form_settings(|form| form.resend_after = span);
            }
            5 if self.random_below(4) == 0 => {
                let methods = [Method::Otp, Method::Password, Method::Auto];
                let (first, second) = (self.pick(&methods), self.pick(&methods));
                let wants = [SecondFactor::Auto, SecondFactor::Always, SecondFactor::Off];
                let wants = self.pick(&wants);
                self.page.change_form_settings(|form| {
                    form.first_factor = first;
                    form.second_method = second;
                    form.second_factor = wants;
                    form.submits_codes = first == second;
                    form.remembers_identifier = first != second;
                });
            }
            6 => {
                let roles = ["USER", "USER", "MFA_PENDING", "OWES_MORE", "VIEW", "DEA"];
                let role = self.pick(&roles);
                let is = self.random_below(2) == 0;
                let engine = self.page.engine.settings_mut();
                role.clone_into(&mut engine.role);
                engine.password_brand = is;
                engine.mfa_device_check = !is && role == "DEA";
            }
            _ => {
                let span = self.span();
                self.page.unload();
                self.page.sleep(span);
                self.page.load();
                self.hosts = vec![(ae_test_support::FORM, true)];
            }
        }
    }

    /// Asserts that the customer can sign in once there are no more faults.
    fn sign_in_without_faults(&mut self) {
        self.faults_end();
        let is_off = self.page.form_settings().second_factor == SecondFactor::Off;
        let engine = self.page.engine.settings_mut();
        "USER".clone_into(&mut engine.role);
        (engine.mfa_device_check, engine.lock, engine.quota) = (false, false, None);
        if is_off {
            // A pending second factor that is switched off ends in `stuck`, as it must.
            engine.forced_mfa = false;
            engine.customers.get_mut(ADA).expect("Ada").mfa = false;
        }
        self.page.policy = None;
        self.page.reload();
        // If the engine's clock was set back, only a new page learns of it.
        self.page.advance(20 * MINUTE);
        if self.page.step() == StepName::SignedIn {
            self.page.press(Action::SignOut);
        }
        self.page.restart();
        self.hosts = vec![(ae_test_support::FORM, true)];
        for _ in 0..12 {
            if !self.page.is_signed_in() {
                let texts = self.valid_values(ae_test_support::FORM);
                let texts = texts.iter().map(String::as_str).collect::<Vec<_>>();
                self.page.fill(&texts);
            }
        }
        assert!(
            self.page.is_signed_in(),
            "{:?}\n{:?}\n{:?}",
            self.page.view(),
            self.page.form_settings(),
            &self.page.calls()[self.page.calls().len().saturating_sub(16)..],
        );
        assert!(self.page.get_token(1).is_ok());
    }
}

fn index(rng: &mut Rng, limit: usize) -> usize {
    let most = u64::try_from(limit - 1).expect("a small number");
    usize::try_from(rng.up_to(most)).expect("a small number")
}

fn faults() -> Vec<Fault> {
    [
        "delay:2500",
        "delay:20000",
        "dropped",
        "unheard",
        "stalled",
        "truncated",
        "html-503",
        "status:500",
        "status:404",
        "too-many",
        "too-many:2",
        "too-many:600",
        "code:1502",
        "code:1505",
        "code:1506",
        "code:1518",
        "code:1519",
        "code:1520",
        "code:1525",
        "code:1534",
        "code:1509",
        "code:1515",
        "code:1521",
        "code:1523",
        "code:1524",
        "code:1527",
        "code:1528",
        "code:1529",
        "code:1530",
        "code:1532",
        "code:1537",
        "code:1540",
        "code:1541",
        "code:1542",
        "code:1543",
        "code:1597",
        "code:1601",
        "code:1602",
        "code:1603",
        "no-key",
        "role:VIEW",
        "role:MFA_PENDING",
        "code:1599,what is this",
        "wrong-types",
        "missing-fields:token",
        "missing-fields:sessionId",
        "null-auth",
        "other-customer",
        "other-brand",
        "expired-token",
        "no-cors",
        "no-expose",
        "html-200",
        "big-body:70000",
        "empty-204",
        "same-token",
        "token-life:1",
        "token-life:999999999",
        "bad-token",
        "body:{}",
    ]
    .into_iter()
    .map(|fault| fault.parse().expect(fault))
    .collect()
}
