//! The table of error codes: each code, the calls that can return it, and what it means there.

use ae_login::login::problem::Kind::{self, Configuration, RateLimited, Rejected};
use ae_login::login::text::Text;
use ae_login::login::view::StepName;
use ae_login::login::wire::Call;

/// Every code that the contract names. Codes that it does not name have a test of their own.
pub(crate) const CODES: [i64; 38] = [
    429, 1502, 1503, 1504, 1505, 1506, 1507, 1508, 1509, 1515, 1518, 1519, 1520, 1521, 1523, 1524,
    1525, 1526, 1527, 1528, 1529, 1530, 1531, 1532, 1534, 1535, 1537, 1540, 1541, 1542, 1543, 1546,
    1597, 1601, 1602, 1603, 3005, 5004,
];

/// A call of the engine at a certain step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CallAt {
    Open,
    OpenWithPassword,
    Send,
    SendAgain,
    Check,
    Password,
    Forgot,
    Change,
    OpenSecond,
    OpenSecondWithPassword,
    SendSecond,
    SendSecondAgain,
    CheckSecond,
    SecondPassword,
    SecondForgot,
    ChangeSecond,
    Renew,
    RenewByKey,
    Expire,
}

use CallAt::{
    Change, ChangeSecond, Check, CheckSecond, Expire, Forgot, Open, OpenSecond,
    OpenSecondWithPassword, OpenWithPassword, Password, Renew, RenewByKey, SecondForgot,
    SecondPassword, Send, SendAgain, SendSecond, SendSecondAgain,
};

/// The step after the error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Next {
    /// The same step.
    SameStep,
    /// `identify`, with the identifier in its field.
    Identify,
    /// `stuck`, where only the shop can help.
    Stuck,
    /// Another step.
    Other(StepName),
}

use Next::{Identify, Other, SameStep, Stuck};

/// What a code means in some of the calls.
pub(crate) struct Row {
    pub(crate) code: i64,
    pub(crate) at: Vec<CallAt>,
    pub(crate) kind: Kind,
    pub(crate) next: Next,
    /// The message; `None` for a call whose response nobody waits for.
    pub(crate) text: Option<Text>,
}

fn row(code: i64, at: &[CallAt], kind: Kind, next: Next, text: Text) -> Row {
    Row {
        code,
        at: at.to_vec(),
        kind,
        next,
        text: Some(text),
    }
}

/// The rows of the table.
#[expect(clippy::too_many_lines, reason = "one row after another")]
pub(crate) fn table() -> Vec<Row> {
    let everywhere = [&OPENS[..], &SENDS, &CHECKS, &PASSWORDS].concat();
    let renewals = [Renew, RenewByKey];
    let mut table = vec![
        row(1502, &CHECKS, Rejected, SameStep, Text::CodeNotChecked),
        row(1503, &SENDS, Rejected, SameStep, Text::CodeNotSent),
        row(1504, &OPENS, Configuration, Stuck, Text::NotSetUp),
        row(1505, &SENDS, Rejected, Identify, Text::AttemptOver),
        row(1505, &CHECKS, Rejected, Identify, Text::AttemptOver),
        row(1505, &PASSWORDS, Rejected, Identify, Text::AttemptOver),
        row(1506, &CHECKS, Rejected, SameStep, Text::CodeWrong),
        // Before a session is opened, the identifier is wrong. Afterwards, the session has ended.
        row(
            1507,
            &[Open, OpenSecond],
            Rejected,
            Identify,
            Text::DetailsInvalid,
        ),
        row(
            1541,
            &[Open, OpenSecond],
            Rejected,
            Identify,
            Text::DetailsInvalid,
        ),
        row(1507, &SENDS, Rejected, Identify, Text::AttemptOver),
        row(1541, &SENDS, Rejected, Identify, Text::AttemptOver),
        row(1507, &CHECKS, Rejected, Identify, Text::AttemptOver),
        row(1541, &CHECKS, Rejected, Identify, Text::AttemptOver),
        row(1507, &PASSWORDS, Rejected, Identify, Text::AttemptOver),
        row(1541, &PASSWORDS, Rejected, Identify, Text::AttemptOver),
        row(1507, &CHANGES, Rejected, SameStep, Text::AttemptOver),
        row(
            1508,
            &[OpenSecond, OpenSecondWithPassword],
            Configuration,
            Stuck,
            Text::NotSetUp,
        ),
        row(
            1508,
            &[SendSecond, SendSecondAgain, CheckSecond],
            Rejected,
            Identify,
            Text::AttemptOver,
        ),
        row(
            1508,
            &[SecondPassword, SecondForgot],
            Rejected,
            Identify,
            Text::AttemptOver,
        ),
        row(1508, &[ChangeSecond], Rejected, SameStep, Text::AttemptOver),
        row(1515, &PASSWORDS, Rejected, Identify, Text::UnknownCustomer),
        row(
            1515,
            &[Open, OpenSecond],
            Rejected,
            Identify,
            Text::UnknownCustomer,
        ),
        row(1515, &CHANGES, Rejected, SameStep, Text::PasswordNotChanged),
        row(1518, &CHECKS, Rejected, Identify, Text::TriesUsedUp),
        row(1519, &OPENS, Rejected, Identify, Text::DetailsInvalid),
        row(1519, &SENDS, Rejected, Identify, Text::DetailsInvalid),
        row(1519, &CHECKS, Rejected, SameStep, Text::DetailsInvalid),
        row(1519, &PASSWORDS, Rejected, SameStep, Text::DetailsInvalid),
        row(1519, &CHANGES, Rejected, SameStep, Text::DetailsInvalid),
        row(
            1520,
            &[Open],
            Rejected,
            Other(StepName::NewPassword),
            Text::PasswordWanted,
        ),
        row(
            1520,
            &[OpenSecond],
            Rejected,
            Other(StepName::SecondNewPassword),
            Text::PasswordWanted,
        ),
        row(
            1521,
            &NEW_PASSWORDS,
            Rejected,
            SameStep,
            Text::PasswordsDiffer,
        ),
        row(1523, &CHANGES, Rejected, SameStep, Text::PasswordNotChanged),
        row(1524, &[Open], Rejected, SameStep, Text::NoPasswords),
        row(
            1524,
            &[OpenWithPassword, Password, Forgot],
            Rejected,
            Other(StepName::Code),
            Text::NoPasswords,
        ),
        row(
            1524,
            &[OpenSecondWithPassword, SecondPassword, SecondForgot],
            Rejected,
            Other(StepName::SecondCode),
            Text::NoPasswords,
        ),
        row(1524, &CHANGES, Rejected, SameStep, Text::PasswordNotChanged),
        row(1525, &renewals, Rejected, Identify, Text::SessionEnded),
        row(
            1526,
            &[Password, SecondPassword],
            Rejected,
            Identify,
            Text::DetailsInvalid,
        ),
        row(
            1527,
            &[Forgot, SecondForgot, Change, ChangeSecond],
            Rejected,
            SameStep,
            Text::PasswordUsedBefore,
        ),
        row(
            1528,
            &[Password, SecondPassword, Change, ChangeSecond],
            Rejected,
            SameStep,
            Text::PasswordWrong,
        ),
        row(
            1529,
            &[OpenSecond, OpenSecondWithPassword],
            Rejected,
            Identify,
            Text::AttemptOver,
        ),
        row(
            1529,
            &CHANGES,
            Rejected,
            SameStep,
            Text::PasswordNotChangedYet,
        ),
        row(1529, &renewals, Rejected, Identify, Text::SessionEnded),
        row(
            1530,
            &[Password],
            Rejected,
            Other(StepName::ForgotPassword),
            Text::PasswordTriesUsedUp,
        ),
        row(
            1530,
            &[SecondPassword],
            Rejected,
            Other(StepName::SecondNewPassword),
            Text::PasswordTriesUsedUp,
        ),
        row(1530, &CHANGES, Rejected, SameStep, Text::PasswordNotChanged),
        row(
            1532,
            &[Forgot, SecondForgot],
            Rejected,
            SameStep,
            Text::PasswordNotReset,
        ),
        row(1534, &SENDS, RateLimited, SameStep, Text::TooManyCodes),
        row(1535, &SENDS, Configuration, Stuck, Text::NotSetUp),
        row(1537, &CHECKS, Rejected, SameStep, Text::NoCodeWaiting),
        row(
            1540,
            &[Open, Send, SendAgain],
            Rejected,
            Other(StepName::Identify),
            Text::AddressNeeded,
        ),
        row(
            1542,
            &NEW_PASSWORDS,
            Rejected,
            SameStep,
            Text::PasswordUnfit,
        ),
        row(
            1543,
            &[Open, OpenWithPassword],
            Rejected,
            Identify,
            Text::UsernameTaken,
        ),
        row(1597, &renewals, Rejected, Identify, Text::SessionEnded),
        row(
            1603,
            &SENDS,
            Configuration,
            SameStep,
            Text::ChannelUnavailable,
        ),
        row(5004, &SENDS, Configuration, Stuck, Text::NotSetUp),
        row(429, &SENDS, RateLimited, SameStep, Text::TooManyCodes),
        row(
            429,
            &[Open, OpenWithPassword],
            RateLimited,
            SameStep,
            Text::TooManyCodes,
        ),
        row(429, &CHECKS, RateLimited, SameStep, Text::TooManyTries),
        row(429, &PASSWORDS, RateLimited, SameStep, Text::TooManyTries),
        row(429, &CHANGES, RateLimited, SameStep, Text::TooManyTries),
        row(
            429,
            &[OpenSecond],
            RateLimited,
            SameStep,
            Text::TooManyTries,
        ),
        // The response to `token/expire` is not reported.
        Row {
            text: None,
            ..row(
                1531,
                &[Expire],
                Rejected,
                Other(StepName::Identify),
                Text::Unknown,
            )
        },
    ];
    for code in [1601, 1602] {
        table.push(row(
            code,
            &[Send, SendAgain],
            Rejected,
            Other(StepName::Identify),
            Text::AddressNeeded,
        ));
        let second = [SendSecond, SendSecondAgain];
        table.push(row(
            code,
            &second,
            Rejected,
            Other(StepName::SecondIdentify),
            Text::AddressNeeded,
        ));
    }
    for code in [1509, 1546, 3005] {
        table.push(row(code, &everywhere, Configuration, Stuck, Text::NotSetUp));
        // A customer who is signed in stays signed in.
        table.push(row(code, &CHANGES, Configuration, SameStep, Text::NotSetUp));
    }
    for code in [1505, 1507, 1508, 1541] {
        table.push(row(code, &renewals, Rejected, Identify, Text::SessionEnded));
    }
    table.push(row(
        1509,
        &renewals,
        Configuration,
        Identify,
        Text::SessionEnded,
    ));
    table
}

const OPENS: [CallAt; 4] = [Open, OpenWithPassword, OpenSecond, OpenSecondWithPassword];
const SENDS: [CallAt; 4] = [Send, SendAgain, SendSecond, SendSecondAgain];
const CHECKS: [CallAt; 2] = [Check, CheckSecond];
const PASSWORDS: [CallAt; 4] = [Password, Forgot, SecondPassword, SecondForgot];
const CHANGES: [CallAt; 2] = [Change, ChangeSecond];
/// Calls with a new password.
const NEW_PASSWORDS: [CallAt; 6] = [
    OpenWithPassword,
    Forgot,
    Change,
    OpenSecondWithPassword,
    SecondForgot,
    ChangeSecond,
];

impl CallAt {
    pub(crate) const ALL: [Self; 19] = [
        Open,
        OpenWithPassword,
        Send,
        SendAgain,
        Check,
        Password,
        Forgot,
        Change,
        OpenSecond,
        OpenSecondWithPassword,
        SendSecond,
        SendSecondAgain,
        CheckSecond,
        SecondPassword,
        SecondForgot,
        ChangeSecond,
        Renew,
        RenewByKey,
        Expire,
    ];

    pub(crate) fn call(self) -> Call {
        match self {
            Open | OpenWithPassword => Call::OpenSession,
            Send | SendAgain => Call::SendCode,
            Check => Call::CheckCode,
            Password => Call::CheckPassword,
            Forgot => Call::ResetPassword,
            Change => Call::ChangePassword,
            OpenSecond | OpenSecondWithPassword => Call::OpenSecond,
            SendSecond | SendSecondAgain => Call::SendSecondCode,
            CheckSecond => Call::CheckSecondCode,
            SecondPassword => Call::CheckSecondPassword,
            SecondForgot => Call::ResetSecondPassword,
            ChangeSecond => Call::ChangeSecondPassword,
            Renew => Call::Renew,
            RenewByKey => Call::RenewByKey,
            Expire => Call::Expire,
        }
    }
}
