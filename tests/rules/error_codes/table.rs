//! The table: every code, where it can come, what it means there.

use ae_login::login::problem::Kind::{self, Configuration, RateLimited, Rejected};
use ae_login::login::text::Text;
use ae_login::login::view::StepName;
use ae_login::login::wire::Call;

/// Every code that the contract names; the row for any other one is a test of its own.
pub(crate) const CODES: [i64; 38] = [
    429, 1502, 1503, 1504, 1505, 1506, 1507, 1508, 1509, 1515, 1518, 1519, 1520, 1521, 1523, 1524,
    1525, 1526, 1527, 1528, 1529, 1530, 1531, 1532, 1534, 1535, 1537, 1540, 1541, 1542, 1543, 1546,
    1597, 1601, 1602, 1603, 3005, 5004,
];

/// Where a code comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum At {
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

use At::{
    Change, ChangeSecond, Check, CheckSecond, Expire, Forgot, Open, OpenSecond,
    OpenSecondWithPassword, OpenWithPassword, Password, Renew, RenewByKey, SecondForgot,
    SecondPassword, Send, SendAgain, SendSecond, SendSecondAgain,
};

/// Where somebody stands afterwards.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lands {
    /// Where they were.
    Stays,
    /// At the first step, with what they typed.
    Begins,
    /// Where only the shop can help.
    Stuck,
    /// At another step.
    On(StepName),
}

use Lands::{Begins, On, Stays, Stuck};

/// What one code means in some of the calls.
pub(crate) struct Row {
    pub(crate) code: i64,
    pub(crate) at: Vec<At>,
    pub(crate) kind: Kind,
    pub(crate) lands: Lands,
    /// What is said; nothing where nobody waits for the answer.
    pub(crate) text: Option<Text>,
}

fn row(code: i64, at: &[At], kind: Kind, lands: Lands, text: Text) -> Row {
    Row {
        code,
        at: at.to_vec(),
        kind,
        lands,
        text: Some(text),
    }
}

/// The table.
#[expect(clippy::too_many_lines, reason = "a line or a few for each code")]
pub(crate) fn table() -> Vec<Row> {
    let everywhere = [&OPENS[..], &SENDS, &CHECKS, &PASSWORDS].concat();
    let renewals = [Renew, RenewByKey];
    let mut table = vec![
        row(1502, &CHECKS, Rejected, Stays, Text::CodeNotChecked),
        row(1503, &SENDS, Rejected, Stays, Text::CodeNotSent),
        row(1504, &OPENS, Configuration, Stuck, Text::NotSetUp),
        row(1505, &SENDS, Rejected, Begins, Text::AttemptOver),
        row(1505, &CHECKS, Rejected, Begins, Text::AttemptOver),
        row(1505, &PASSWORDS, Rejected, Begins, Text::AttemptOver),
        row(1506, &CHECKS, Rejected, Stays, Text::CodeWrong),
        // Before there is a session, what was typed is at fault; afterwards the session is.
        row(
            1507,
            &[Open, OpenSecond],
            Rejected,
            Begins,
            Text::DetailsInvalid,
        ),
        row(
            1541,
            &[Open, OpenSecond],
            Rejected,
            Begins,
            Text::DetailsInvalid,
        ),
        row(1507, &SENDS, Rejected, Begins, Text::AttemptOver),
        row(1541, &SENDS, Rejected, Begins, Text::AttemptOver),
        row(1507, &CHECKS, Rejected, Begins, Text::AttemptOver),
        row(1541, &CHECKS, Rejected, Begins, Text::AttemptOver),
        row(1507, &PASSWORDS, Rejected, Begins, Text::AttemptOver),
        row(1541, &PASSWORDS, Rejected, Begins, Text::AttemptOver),
        row(1507, &CHANGES, Rejected, Stays, Text::AttemptOver),
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
            Begins,
            Text::AttemptOver,
        ),
        row(
            1508,
            &[SecondPassword, SecondForgot],
            Rejected,
            Begins,
            Text::AttemptOver,
        ),
        row(1508, &[ChangeSecond], Rejected, Stays, Text::AttemptOver),
        row(1515, &PASSWORDS, Rejected, Begins, Text::UnknownCustomer),
        row(
            1515,
            &[Open, OpenSecond],
            Rejected,
            Begins,
            Text::UnknownCustomer,
        ),
        row(1515, &CHANGES, Rejected, Stays, Text::PasswordNotChanged),
        row(1518, &CHECKS, Rejected, Begins, Text::TriesUsedUp),
        row(1519, &OPENS, Rejected, Begins, Text::DetailsInvalid),
        row(1519, &SENDS, Rejected, Begins, Text::DetailsInvalid),
        row(1519, &CHECKS, Rejected, Stays, Text::DetailsInvalid),
        row(1519, &PASSWORDS, Rejected, Stays, Text::DetailsInvalid),
        row(1519, &CHANGES, Rejected, Stays, Text::DetailsInvalid),
        row(
            1520,
            &[Open],
            Rejected,
            On(StepName::NewPassword),
            Text::PasswordWanted,
        ),
        row(
            1520,
            &[OpenSecond],
            Rejected,
            On(StepName::SecondNewPassword),
            Text::PasswordWanted,
        ),
        row(1521, &CHOICES, Rejected, Stays, Text::PasswordsDiffer),
        row(1523, &CHANGES, Rejected, Stays, Text::PasswordNotChanged),
        row(1524, &[Open], Rejected, Stays, Text::NoPasswords),
        row(
            1524,
            &[OpenWithPassword, Password, Forgot],
            Rejected,
            On(StepName::Code),
            Text::NoPasswords,
        ),
        row(
            1524,
            &[OpenSecondWithPassword, SecondPassword, SecondForgot],
            Rejected,
            On(StepName::SecondCode),
            Text::NoPasswords,
        ),
        row(1524, &CHANGES, Rejected, Stays, Text::PasswordNotChanged),
        row(1525, &renewals, Rejected, Begins, Text::SessionEnded),
        row(
            1526,
            &[Password, SecondPassword],
            Rejected,
            Begins,
            Text::DetailsInvalid,
        ),
        row(
            1527,
            &[Forgot, SecondForgot, Change, ChangeSecond],
            Rejected,
            Stays,
            Text::PasswordUsedBefore,
        ),
        row(
            1528,
            &[Password, SecondPassword, Change, ChangeSecond],
            Rejected,
            Stays,
            Text::PasswordWrong,
        ),
        row(
            1529,
            &[OpenSecond, OpenSecondWithPassword],
            Rejected,
            Begins,
            Text::AttemptOver,
        ),
        row(1529, &CHANGES, Rejected, Stays, Text::PasswordNotChangedYet),
        row(1529, &renewals, Rejected, Begins, Text::SessionEnded),
        row(
            1530,
            &[Password],
            Rejected,
            On(StepName::ForgotPassword),
            Text::PasswordTriesUsedUp,
        ),
        row(
            1530,
            &[SecondPassword],
            Rejected,
            On(StepName::SecondNewPassword),
            Text::PasswordTriesUsedUp,
        ),
        row(1530, &CHANGES, Rejected, Stays, Text::PasswordNotChanged),
        row(
            1532,
            &[Forgot, SecondForgot],
            Rejected,
            Stays,
            Text::PasswordNotReset,
        ),
        row(1534, &SENDS, RateLimited, Stays, Text::TooManyCodes),
        row(1535, &SENDS, Configuration, Stuck, Text::NotSetUp),
        row(1537, &CHECKS, Rejected, Stays, Text::NoCodeWaiting),
        row(
            1540,
            &[Open, Send, SendAgain],
            Rejected,
            On(StepName::Identify),
            Text::AddressNeeded,
        ),
        row(1542, &CHOICES, Rejected, Stays, Text::PasswordUnfit),
        row(
            1543,
            &[Open, OpenWithPassword],
            Rejected,
            Begins,
            Text::UsernameTaken,
        ),
        row(1597, &renewals, Rejected, Begins, Text::SessionEnded),
        row(1603, &SENDS, Configuration, Stays, Text::ChannelUnavailable),
        row(5004, &SENDS, Configuration, Stuck, Text::NotSetUp),
        row(429, &SENDS, RateLimited, Stays, Text::TooManyCodes),
        row(
            429,
            &[Open, OpenWithPassword],
            RateLimited,
            Stays,
            Text::TooManyCodes,
        ),
        row(429, &CHECKS, RateLimited, Stays, Text::TooManyTries),
        row(429, &PASSWORDS, RateLimited, Stays, Text::TooManyTries),
        row(429, &CHANGES, RateLimited, Stays, Text::TooManyTries),
        row(429, &[OpenSecond], RateLimited, Stays, Text::TooManyTries),
        // A last word is nobody's business.
        Row {
            text: None,
            ..row(
                1531,
                &[Expire],
                Rejected,
                On(StepName::Identify),
                Text::Unknown,
            )
        },
    ];
    for code in [1601, 1602] {
        table.push(row(
            code,
            &[Send, SendAgain],
            Rejected,
            On(StepName::Identify),
            Text::AddressNeeded,
        ));
        let second = [SendSecond, SendSecondAgain];
        table.push(row(
            code,
            &second,
            Rejected,
            On(StepName::SecondIdentify),
            Text::AddressNeeded,
        ));
    }
    for code in [1509, 1546, 3005] {
        table.push(row(code, &everywhere, Configuration, Stuck, Text::NotSetUp));
        // Somebody who is signed in stays so.
        table.push(row(code, &CHANGES, Configuration, Stays, Text::NotSetUp));
    }
    for code in [1505, 1507, 1508, 1541] {
        table.push(row(code, &renewals, Rejected, Begins, Text::SessionEnded));
    }
    table.push(row(
        1509,
        &renewals,
        Configuration,
        Begins,
        Text::SessionEnded,
    ));
    table
}

const OPENS: [At; 4] = [Open, OpenWithPassword, OpenSecond, OpenSecondWithPassword];
const SENDS: [At; 4] = [Send, SendAgain, SendSecond, SendSecondAgain];
const CHECKS: [At; 2] = [Check, CheckSecond];
const PASSWORDS: [At; 4] = [Password, Forgot, SecondPassword, SecondForgot];
const CHANGES: [At; 2] = [Change, ChangeSecond];
/// Where a new password is sent.
const CHOICES: [At; 6] = [
    OpenWithPassword,
    Forgot,
    Change,
    OpenSecondWithPassword,
    SecondForgot,
    ChangeSecond,
];

impl At {
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
