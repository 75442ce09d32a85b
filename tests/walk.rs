//! A hundred thousand things that happen in no order: whatever they are, the rules of the bench hold, and there is a way on.
#![cfg(not(target_arch = "wasm32"))]

mod pair;

use ae_engine::Fault;
use ae_login::login::config::{IdentifierKind, Storage};
use ae_login::login::time::Dice;
use ae_login::login::view::{Action, StepName};
use ae_login::login::wire::{Call, Reply, Silence};
use ae_login::login::{HostId, Input, Ticket};
use pair::{ADA, MINUTE, MOBILE, Pair, SECOND, Wire};

const WALKS: u64 = 100;
const STEPS: usize = 1_000;

#[test]
fn whatever_happens_in_whatever_order_there_is_a_way_on() {
    let mut signed_in = 0;
    for seed in 0..WALKS {
        let mut walk = Walk::new(seed);
        for _ in 0..STEPS {
            walk.step();
            signed_in += u32::from(walk.pair.is_signed_in());
        }
        walk.ends_well();
    }
    // Otherwise the walks do not get anywhere worth testing.
    let share = signed_in / u32::try_from(WALKS).expect("a small number");
    assert!((100..900).contains(&share), "{share} of {STEPS}");
}

#[test]
fn the_same_dice_walk_the_same_way() {
    let walk = || {
        let mut walk = Walk::new(42);
        (0..200).for_each(|_| walk.step());
        (walk.pair.debug(), walk.pair.sent().to_vec())
    };
    assert_eq!(walk(), walk());
}

struct Walk {
    pair: Pair,
    dice: Dice,
    /// Who is there, first to last.
    hosts: Vec<(HostId, bool)>,
}

impl Walk {
    fn new(seed: u64) -> Self {
        let mut dice = Dice::new(seed);
        let life = [20, 90, 900, 10_800][index(&mut dice, 4)];
        let pair = Pair::with(&[], |engine| {
            engine.set_lives(life);
            engine.renew_grace_s = [None, Some(60)][index(&mut dice, 2)];
        });
        Self {
            pair,
            dice,
            hosts: vec![(pair::FORM, true)],
        }
    }

    fn roll(&mut self, sides: usize) -> usize {
        index(&mut self.dice, sides)
    }

    fn pick<T: Clone>(&mut self, from: &[T]) -> T {
        let at = self.roll(from.len());
        from[at].clone()
    }

    fn form(&mut self) -> Option<HostId> {
        let forms = self.hosts.iter().filter(|(_, form)| *form);
        let forms = forms.map(|(host, _)| *host).collect::<Vec<_>>();
        (!forms.is_empty()).then(|| self.pick(&forms))
    }

    /// Milliseconds: mostly few, sometimes many.
    fn span(&mut self) -> u64 {
        let most = self.pick(&[10, SECOND, SECOND, 10 * SECOND, MINUTE, 16 * MINUTE]);
        self.dice.up_to(most)
    }

    fn step(&mut self) {
        match self.roll(100) {
            0..25 => self.person_goes_on(),
            25..40 => self.person_errs(),
            40..65 => {
                let span = self.span();
                self.pair.pass(span);
            }
            65..72 => self.page_asks(),
            72..82 => self.world_breaks(),
            82..88 => self.world_mends(),
            88..94 => self.clocks_jump(),
            _ => self.page_changes(),
        }
    }

    /// What leads to a session.
    fn person_goes_on(&mut self) {
        let Some(form) = self.form() else { return };
        if self.pair.sees_in(form).step == StepName::Code {
            let sent = self
                .pair
                .engine
                .outbox()
                .last()
                .map(|sent| sent.code.clone());
            self.pair.submits_in(form, &sent.unwrap_or_default());
        } else {
            let who = self.pick(&[ADA, ADA, MOBILE]);
            self.pair.submits_in(form, who);
        }
    }

    fn person_errs(&mut self) {
        let Some(form) = self.form() else { return };
        let text = self.pick(&["", "x", "123456", "0000", ADA, "+44", "\u{202e}", "１２３"]);
        match self.roll(4) {
            0 => self.pair.types_in(form, text),
            1 => self.pair.submits_in(form, text),
            _ => {
                let actions = [
                    Action::Submit,
                    Action::Resend,
                    Action::ChangeIdentifier,
                    Action::SignOut,
                ];
                let action = self.pick(&actions);
                self.pair.presses_in(form, action);
            }
        }
    }

    fn page_asks(&mut self) {
        match self.roll(6) {
            0..3 if !self.hosts.is_empty() => {
                let seconds = self.pick(&[0, 30, 3_600, 1_000_000]);
                self.pair.asks_for_token(seconds);
            }
            3 => self.pair.signs_out(),
            4 => {
                let host = self.form().unwrap_or(HostId(99));
                self.pair.does(Input::Restart(host));
            }
            _ => self.pair.wakes(),
        }
    }

    fn world_breaks(&mut self) {
        match self.roll(4) {
            0 => {
                let wires = [Wire::Cut, Wire::LosesAnswers, Wire::Silent];
                self.pair.wire = self.pick(&wires);
            }
            1 => self.pair.slow = self.span().min(12 * SECOND),
            2 => {
                let ticket = Ticket(1_000_000 + u32::try_from(self.roll(9)).expect("a digit"));
                let reply = Reply {
                    status: 200,
                    html: false,
                    retry_after: None,
                    body: "{\"status\":{\"success\":true}}".to_owned().into(),
                };
                let reply = self.pick(&[Ok(reply), Err(Silence::Timeout)]);
                self.pair.does(Input::Reply(ticket, reply));
            }
            _ => {
                let calls = [
                    Call::OpenSession,
                    Call::SendCode,
                    Call::CheckCode,
                    Call::Renew,
                ];
                let (call, fault) = (self.pick(&calls), self.pick(&faults()));
                self.pair.spoil(call, fault);
            }
        }
    }

    fn world_mends(&mut self) {
        self.pair.wire = Wire::Whole;
        self.pair.slow = 0;
        self.pair.full = false;
        self.pair.lazy_timers = 0;
        self.pair.engine.clear_faults();
        self.pair.engine.settings_mut().clock_offset_s = 0;
        self.pair.wakes();
    }

    fn clocks_jump(&mut self) {
        let span = self.span();
        match self.roll(4) {
            0 => self.pair.sleep(span),
            1 => {
                let by = i64::try_from(span).expect("a span") * self.pick(&[-24, -1, 1, 24]);
                self.pair.set_wall(by);
            }
            2 => {
                let offset = self.pick(&[-86_400, -7, 0, 7, 86_400]);
                self.pair.engine.settings_mut().clock_offset_s = offset;
            }
            _ => self.pair.lazy_timers = self.pick(&[0, SECOND, MINUTE]),
        }
    }

    fn page_changes(&mut self) {
        match self.roll(8) {
            0 => {
                let with_form = self.roll(3) > 0;
                if self.hosts.len() < 4 {
                    let host = self.pair.joins(with_form);
                    self.hosts.push((host, with_form));
                }
            }
            1 if !self.hosts.is_empty() => {
                let at = self.roll(self.hosts.len());
                let (host, _) = self.hosts.remove(at);
                self.pair.leaves(host);
            }
            2 => self.pair.full = true,
            3 => {
                let (renew, storage) = (
                    self.roll(3) > 0,
                    self.pick(&[Storage::Tab, Storage::Device]),
                );
                self.pair.settles(|settings| {
                    settings.renew = renew;
                    settings.storage = storage;
                });
            }
            4 => {
                let (one, span) = (self.roll(4) == 0, self.span());
                self.pair.adjusts(|form| {
                    form.resend_after = span;
                    form.identifiers = vec![IdentifierKind::Mobile, IdentifierKind::Email];
                    form.identifiers.truncate(if one { 1 } else { 2 });
                });
            }
            _ => {
                let span = self.span();
                self.pair.goes();
                self.pair.away(span);
                self.pair.comes_back();
                self.hosts = vec![(pair::FORM, true)];
            }
        }
    }

    /// Once nothing breaks any more, anybody can sign in, from wherever they were.
    fn ends_well(&mut self) {
        self.world_mends();
        self.pair.full = false;
        self.pair.adjusts(|form| {
            form.identifiers = vec![IdentifierKind::Mobile, IdentifierKind::Email];
        });
        self.pair.reload();
        // The engine's clock may have been turned back: a page learns of that only from a new beginning.
        self.pair.pass(20 * MINUTE);
        if self.pair.step() == StepName::SignedIn {
            self.pair.presses(Action::SignOut);
        }
        self.pair.restarts();
        self.pair.signs_in();
        assert!(self.pair.gets_token(1).is_ok());
    }
}

fn index(dice: &mut Dice, sides: usize) -> usize {
    let most = u64::try_from(sides - 1).expect("a few");
    usize::try_from(dice.up_to(most)).expect("a few")
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
        "code:1537",
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
