//! `cargo sms`: reads a brand's text message as phones do, and says what to change so that phones offer its code.
//!
//! The last line of the message binds the code to the shop's host ("Origin-bound one-time codes delivered via SMS", WICG; "Enabling
//! `AutoFill` for domain-bound SMS codes", Apple). Browsers on Android accept codes of four to ten letters and digits with at least
//! one digit (`WebOTP`). Without such a line, iOS looks for the word "code" near a number.

use std::io::Read as _;

use crate::error::{Context as _, Error, Result};

/// The number of characters in one message: in the alphabet of GSM 03.38, and in UCS-2, which is used for all other characters.
const MESSAGE_LENGTH: [usize; 2] = [160, 70];
/// The same for each part of a longer message. Each part has a header with its number.
const PART_LENGTH: [usize; 2] = [153, 67];

/// A finding in a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Finding {
    /// Correct.
    Good(String),
    /// Works, but can be improved.
    Better(String),
    /// Prevents that phones offer the code.
    Wrong(String),
}

/// Checks a message and prints the findings. The arguments are the shop's host and the text of the message. Without a text, the
/// standard input is read.
///
/// # Errors
/// Returns an error if the arguments are not valid, or if phones will not offer the code.
pub fn sms(arguments: &[&str]) -> Result<()> {
    let (host, text) = match arguments {
        [host] => {
            let mut text = String::new();
            let mut input = std::io::stdin();
            input
                .read_to_string(&mut text)
                .context("cannot read the message")?;
            ((*host).to_owned(), text)
        }
        [host, text] => ((*host).to_owned(), (*text).replace("\\n", "\n")),
        _ => {
            return Err(Error::new(
                "cargo sms HOST [TEXT]: the host of the page with the form, and the text of the message",
            ));
        }
    };
    let findings = check(&text, &host);
    let mut wrong = 0;
    for finding in &findings {
        match finding {
            Finding::Good(text) => println!("good    {text}"),
            Finding::Better(text) => println!("better  {text}"),
            Finding::Wrong(text) => {
                wrong += 1;
                println!("wrong   {text}");
            }
        }
    }
    if wrong == 0 {
        return Ok(());
    }
    println!("\nSuggestion:\n\n{}", suggestion(&text, &host));
    Err(Error::new("phones will not offer the code of this message"))
}

/// Checks a message for a page at `host`.
pub fn check(text: &str, host: &str) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut add = |finding| findings.push(finding);
    let text = text.strip_suffix('\n').unwrap_or(text);
    let last = text.lines().next_back().unwrap_or_default();
    let body = match bound_code(last) {
        Some(_) => text.strip_suffix(last).unwrap_or_default(),
        None => text,
    };
    let code = match bound_code(last) {
        None => {
            add(Finding::Wrong(format!(
                "the last line has to consist of \"@{host} #\" and the code; it is {last:?}"
            )));
            None
        }
        Some((found, code)) => {
            if found == host {
                add(Finding::Good(format!("the last line names {host}")));
            } else {
                add(Finding::Wrong(format!(
                    "the last line names {found}, but the form is on a page of {host}: write the host without https:// and without a path"
                )));
            }
            Some(code)
        }
    };
    if last != last.trim_end() {
        add(Finding::Wrong(
            "invisible characters follow the code in the last line".to_owned(),
        ));
    }
    if let Some(code) = code {
        if is_placeholder(code) {
            add(Finding::Good(format!("the code replaces {code}")));
        } else if !(4..=10).contains(&code.len())
            || !code.bytes().all(|byte| byte.is_ascii_alphanumeric())
            || !code.bytes().any(|byte| byte.is_ascii_digit())
        {
            add(Finding::Wrong(format!(
                "Android does not recognise the code {code:?}: it needs four to ten letters and digits, with at least one digit"
            )));
        }
        if body.contains(code) {
            add(Finding::Good(
                "the code is in the text for people, above the last line".to_owned(),
            ));
        } else {
            add(Finding::Better(
                "repeat the code in the text for people, above the last line: not all phones fill it in"
                    .to_owned(),
            ));
        }
    }
    if body.trim().is_empty() {
        add(Finding::Better(
            "begin with a sentence for people that says who sends the code and what it is for"
                .to_owned(),
        ));
    }
    let numbers = other_numbers(body, code.unwrap_or_default());
    // Without a correct last line, one of the numbers is the code.
    if numbers.len() > usize::from(code.is_none()) {
        add(Finding::Better(format!(
            "older phones may mistake {} for the code: remove it, or write the code first",
            numbers.join(" or ")
        )));
    }
    let (length, parts) = size(text);
    if parts > 1 {
        add(Finding::Better(format!(
            "{length} characters are sent as {parts} messages, which cost more and may arrive separately"
        )));
    }
    findings
}

/// Parses a last line: `@host #code`, or `@host #code @frame` for a form in a frame. Returns the host and the code.
fn bound_code(line: &str) -> Option<(&str, &str)> {
    let (host, rest) = line.trim_end().strip_prefix('@')?.split_once(' ')?;
    let mut rest = rest.split(' ');
    let code = rest.next()?.strip_prefix('#')?;
    let frame = rest.next().is_none_or(|frame| frame.starts_with('@'));
    let is_whole = frame && rest.next().is_none() && !host.is_empty() && !code.is_empty();
    is_whole.then_some((host, code))
}

/// Whether this is a placeholder for the code in a brand's template, such as `{otp}`, `{{code}}`, `<otp>` or `%s`.
fn is_placeholder(code: &str) -> bool {
    code.contains(['{', '<', '[', '%', '$'])
}

/// Numbers of four to ten digits that are not the code.
fn other_numbers<'a>(text: &'a str, code: &str) -> Vec<&'a str> {
    let all = text.split(|c: char| !c.is_ascii_digit());
    let all = all.filter(|number| (4..=10).contains(&number.len()) && *number != code);
    all.collect()
}

/// The number of characters of a message, and the number of messages that it is sent as.
fn size(text: &str) -> (usize, usize) {
    // Characters of GSM 03.38 that count twice.
    let counts_twice = |c: char| "^{}\\[~]|€".contains(c);
    let is_gsm = |c: char| {
        (c.is_ascii() && c != '`') || "£¥èéùìòÇØøÅåΔΦΓΛΩΠΨΣΘΞÆæßÉ¤¡ÄÖÑÜ§¿äöñüà€".contains(c)
    };
    let (length, kind) = if text.chars().all(is_gsm) {
        (
            text.chars().map(|c| 1 + usize::from(counts_twice(c))).sum(),
            0,
        )
    } else {
        (text.encode_utf16().count(), 1)
    };
    let parts = if length <= MESSAGE_LENGTH[kind] {
        1
    } else {
        length.div_ceil(PART_LENGTH[kind])
    };
    (length, parts)
}

/// The message with a correct last line.
fn suggestion(text: &str, host: &str) -> String {
    let text = text.trim_end();
    let last = text.lines().next_back().unwrap_or_default();
    let (body, code) = match bound_code(last) {
        Some((_, code)) => (text.strip_suffix(last).unwrap_or_default(), Some(code)),
        None => (text, None),
    };
    let code = code.map(str::to_owned).or_else(|| {
        let is_code =
            |word: &&str| is_placeholder(word) || word.bytes().all(|byte| byte.is_ascii_digit());
        let mut all = body
            .split_whitespace()
            .map(|word| word.trim_matches(['.', ',', ':', '!']));
        all.find(|word| word.len() >= 4 && is_code(word))
            .map(str::to_owned)
    });
    let body = match body.trim_end() {
        "" => "Your code is 123456.",
        body => body,
    };
    format!("{body}\n\n@{host} #{}", code.as_deref().unwrap_or("123456"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "123456 is your code for Garden & Co.\n\n@shop.example #123456";

    fn wrong(text: &str) -> Vec<String> {
        let findings = check(text, "shop.example").into_iter();
        let is_wrong = |finding| match finding {
            Finding::Wrong(text) => Some(text),
            _ => None,
        };
        findings.filter_map(is_wrong).collect()
    }

    fn better(text: &str) -> Vec<String> {
        let findings = check(text, "shop.example").into_iter();
        let is_better = |finding| match finding {
            Finding::Better(text) => Some(text),
            _ => None,
        };
        findings.filter_map(is_better).collect()
    }

    #[test]
    fn correct_message_has_nothing_to_improve() {
        for text in [
            GOOD,
            "{otp} is your code.\n@shop.example #{otp}\n",
            "123456 is your code.\n@shop.example #123456 @login.example",
        ] {
            assert_eq!(wrong(text), [""; 0], "{text}");
            assert_eq!(better(text), [""; 0], "{text}");
        }
    }

    #[test]
    fn malformed_last_line_is_wrong() {
        for text in [
            "Your code is 123456.",
            "@shop.example #123456\nNever share it.",
            "123456\n@shop.example 123456",
            "123456\nshop.example #123456",
            "123456\n@shop.example  #123456",
            "123456\n@shop.example #123456 now",
            "",
        ] {
            assert!(
                wrong(text)[0].starts_with("the last line has to consist of"),
                "{text}"
            );
        }
    }

    #[test]
    fn host_of_another_page_is_wrong() {
        for host in [
            "www.shop.example",
            "https://shop.example",
            "shop.example/login",
            "eu.api.example",
        ] {
            let text = format!("123456 is your code.\n@{host} #123456");
            assert!(
                wrong(&text)[0].contains(&format!("names {host},")),
                "{text}"
            );
        }
    }

    #[test]
    fn code_that_android_does_not_recognise_is_wrong() {
        for code in ["123", "12345678901", "abcdef", "123-456"] {
            let text = format!("{code} is your code.\n@shop.example #{code}");
            assert!(
                wrong(&text)[0].starts_with("Android does not recognise the code"),
                "{text}"
            );
        }
        assert_eq!(wrong("a1b2c3 is it.\n@shop.example #a1b2c3"), [""; 0]);
    }

    #[test]
    fn space_after_the_code_is_wrong() {
        assert_eq!(wrong(&format!("{GOOD} ")).len(), 1);
    }

    #[test]
    fn text_for_people_should_have_sender_and_code() {
        assert!(
            better("Your code:\n@shop.example #123456")[0]
                .starts_with("repeat the code in the text")
        );
        let only = better("@shop.example #123456");
        assert!(
            only.iter()
                .any(|text| text.starts_with("begin with a sentence"))
        );
    }

    #[test]
    fn other_numbers_are_reported() {
        let text = "123456 is your code. Call 5550199 or see order 4711.\n@shop.example #123456";
        assert!(better(text)[0].contains("5550199 or 4711"));
    }

    #[test]
    fn one_number_in_a_message_without_the_line_is_the_code() {
        assert_eq!(better("Your code is 123456."), [""; 0]);
        let two = better("Your code is 123456, or call 5550199.");
        assert!(two[0].contains("123456 or 5550199"), "{two:?}");
    }

    #[test]
    fn long_messages_are_sent_in_parts() {
        assert_eq!(size(&"a".repeat(160)), (160, 1));
        assert_eq!(size(&"a".repeat(161)), (161, 2));
        assert_eq!(size(&"€".repeat(80)), (160, 1));
        assert_eq!(size(&"क".repeat(70)), (70, 1));
        assert_eq!(size(&"क".repeat(71)), (71, 2));
    }

    #[test]
    fn suggestion_is_correct() {
        for text in [
            "Your code is 123456.",
            "",
            "Use {otp} to sign in",
            "123456 is your code.\n@elsewhere.example #123456",
        ] {
            assert_eq!(wrong(&suggestion(text, "shop.example")), [""; 0], "{text}");
        }
    }
}
