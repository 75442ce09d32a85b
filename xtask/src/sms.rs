//! `cargo sms`: reads a brand's text message as phones do, and says what to change so that they offer its code.
//!
//! The last line binds the code to the shop's host ("Origin-bound one-time codes delivered via SMS", WICG; Apple, "Enabling
//! `AutoFill` for domain-bound SMS codes"). Android's browsers take four to ten letters and digits, one digit at the least, for a
//! code (`WebOTP`), and iOS looks for the word "code" beside a number where there is no such line.

use std::io::Read as _;

use crate::problem::{Problem, Result, While as _};

/// One message has so many characters of its own alphabet (GSM 03.38), and so many of any other (UCS-2).
const ONE_MESSAGE: [usize; 2] = [160, 70];
/// The same for each part of a longer one, which names its place among the parts.
const ONE_PART: [usize; 2] = [153, 67];

/// What is found in a message, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Finding {
    /// As it should be.
    Good(String),
    /// Works, and could be better.
    Better(String),
    /// A phone will not offer the code.
    Wrong(String),
}

/// Checks the message that `words` names: the shop's host, then the text; without a text, the standard input.
///
/// # Errors
/// If no host is given, or if the message is wrong.
pub fn sms(words: &[&str]) -> Result<()> {
    let (host, text) = match words {
        [host] => {
            let mut text = String::new();
            let mut input = std::io::stdin();
            input
                .read_to_string(&mut text)
                .while_doing("reading the message")?;
            ((*host).to_owned(), text)
        }
        [host, text] => ((*host).to_owned(), (*text).replace("\\n", "\n")),
        _ => {
            return Err(Problem::new(
                "cargo sms HOST [TEXT]: the host of the page with the form, and the text of the message",
            ));
        }
    };
    let findings = check(&text, &host);
    let mut wrong = 0;
    for finding in &findings {
        match finding {
            Finding::Good(words) => println!("good    {words}"),
            Finding::Better(words) => println!("better  {words}"),
            Finding::Wrong(words) => {
                wrong += 1;
                println!("wrong   {words}");
            }
        }
    }
    if wrong == 0 {
        return Ok(());
    }
    println!("\nSend this:\n\n{}", suggestion(&text, &host));
    Err(Problem::new(
        "phones will not offer the code of this message",
    ))
}

/// What is to be said about a message for the page at `host`.
pub fn check(text: &str, host: &str) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut say = |finding| findings.push(finding);
    let text = text.strip_suffix('\n').unwrap_or(text);
    let last = text.lines().next_back().unwrap_or_default();
    let words = match bound(last) {
        Some(_) => text.strip_suffix(last).unwrap_or_default(),
        None => text,
    };
    let code = match bound(last) {
        None => {
            say(Finding::Wrong(format!(
                "the last line has to be \"@{host} #\" and the code, and nothing else; it is {last:?}"
            )));
            None
        }
        Some((found, code)) => {
            if found == host {
                say(Finding::Good(format!("the last line names {host}")));
            } else {
                say(Finding::Wrong(format!(
                    "the last line names {found}, and the form is on a page of {host}: the host alone, without https:// and path"
                )));
            }
            Some(code)
        }
    };
    if last != last.trim_end() {
        say(Finding::Wrong(
            "something that cannot be seen follows the last line's code".to_owned(),
        ));
    }
    if let Some(code) = code {
        if is_placeholder(code) {
            say(Finding::Good(format!("the code is put in for {code}")));
        } else if !(4..=10).contains(&code.len())
            || !code.bytes().all(|byte| byte.is_ascii_alphanumeric())
            || !code.bytes().any(|byte| byte.is_ascii_digit())
        {
            say(Finding::Wrong(format!(
                "{code:?} is no code to Android: four to ten letters and digits, one digit at the least"
            )));
        }
        if words.contains(code) {
            say(Finding::Good(
                "people can read the code above the last line".to_owned(),
            ));
        } else {
            say(Finding::Better(
                "say the code to people as well, above the last line: not every phone fills it in"
                    .to_owned(),
            ));
        }
    }
    if words.trim().is_empty() {
        say(Finding::Better(
            "begin with a sentence for people: who sends the code, and what for".to_owned(),
        ));
    }
    let numbers = other_numbers(words, code.unwrap_or_default());
    // Without a last line, one of them is the code.
    if numbers.len() > usize::from(code.is_none()) {
        say(Finding::Better(format!(
            "older phones may take {} for the code: leave it out, or put the code first",
            numbers.join(" or ")
        )));
    }
    let (length, parts) = size(text);
    if parts > 1 {
        say(Finding::Better(format!(
            "{length} characters are sent as {parts} messages, which cost more and may arrive apart"
        )));
    }
    findings
}

/// The host and the code of a last line: `@host #code`, and for a form in a frame `@host #code @frame`.
fn bound(line: &str) -> Option<(&str, &str)> {
    let (host, rest) = line.trim_end().strip_prefix('@')?.split_once(' ')?;
    let mut rest = rest.split(' ');
    let code = rest.next()?.strip_prefix('#')?;
    let frame = rest.next().is_none_or(|frame| frame.starts_with('@'));
    let is_whole = frame && rest.next().is_none() && !host.is_empty() && !code.is_empty();
    is_whole.then_some((host, code))
}

/// `{otp}`, `{{code}}`, `<otp>`, `%s` and their like: where a brand's template gets its code.
fn is_placeholder(code: &str) -> bool {
    code.contains(['{', '<', '[', '%', '$'])
}

/// Numbers of four to ten digits that are not the code.
fn other_numbers<'a>(words: &'a str, code: &str) -> Vec<&'a str> {
    let all = words.split(|c: char| !c.is_ascii_digit());
    let all = all.filter(|number| (4..=10).contains(&number.len()) && *number != code);
    all.collect()
}

/// How many characters a message has, and as how many messages it is sent.
fn size(text: &str) -> (usize, usize) {
    // Those of GSM 03.38 that take two places.
    let double = |c: char| "^{}\\[~]|€".contains(c);
    let of_gsm = |c: char| {
        (c.is_ascii() && c != '`') || "£¥èéùìòÇØøÅåΔΦΓΛΩΠΨΣΘΞÆæßÉ¤¡ÄÖÑÜ§¿äöñüà€".contains(c)
    };
    let (length, kind) = if text.chars().all(of_gsm) {
        (text.chars().map(|c| 1 + usize::from(double(c))).sum(), 0)
    } else {
        (text.encode_utf16().count(), 1)
    };
    let parts = if length <= ONE_MESSAGE[kind] {
        1
    } else {
        length.div_ceil(ONE_PART[kind])
    };
    (length, parts)
}

/// The same message with the last line that it should have.
fn suggestion(text: &str, host: &str) -> String {
    let text = text.trim_end();
    let last = text.lines().next_back().unwrap_or_default();
    let (words, code) = match bound(last) {
        Some((_, code)) => (text.strip_suffix(last).unwrap_or_default(), Some(code)),
        None => (text, None),
    };
    let code = code.map(str::to_owned).or_else(|| {
        let is_code =
            |word: &&str| is_placeholder(word) || word.bytes().all(|byte| byte.is_ascii_digit());
        let mut all = words
            .split_whitespace()
            .map(|word| word.trim_matches(['.', ',', ':', '!']));
        all.find(|word| word.len() >= 4 && is_code(word))
            .map(str::to_owned)
    });
    let words = match words.trim_end() {
        "" => "Your code is 123456.",
        words => words,
    };
    format!(
        "{words}\n\n@{host} #{}",
        code.as_deref().unwrap_or("123456")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "123456 is your code for Garden & Co.\n\n@shop.example #123456";

    fn wrong(text: &str) -> Vec<String> {
        let findings = check(text, "shop.example").into_iter();
        let is_wrong = |finding| match finding {
            Finding::Wrong(words) => Some(words),
            _ => None,
        };
        findings.filter_map(is_wrong).collect()
    }

    fn better(text: &str) -> Vec<String> {
        let findings = check(text, "shop.example").into_iter();
        let is_better = |finding| match finding {
            Finding::Better(words) => Some(words),
            _ => None,
        };
        findings.filter_map(is_better).collect()
    }

    #[test]
    fn a_message_that_phones_understand_is_good_in_every_way() {
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
    fn a_last_line_that_is_none_is_wrong() {
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
                wrong(text)[0].starts_with("the last line has to be"),
                "{text}"
            );
        }
    }

    #[test]
    fn another_host_than_the_pages_is_wrong() {
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
    fn what_android_takes_for_no_code_is_wrong() {
        for code in ["123", "12345678901", "abcdef", "123-456"] {
            let text = format!("{code} is your code.\n@shop.example #{code}");
            assert!(wrong(&text)[0].contains("is no code to Android"), "{text}");
        }
        assert_eq!(wrong("a1b2c3 is it.\n@shop.example #a1b2c3"), [""; 0]);
    }

    #[test]
    fn a_space_behind_the_code_is_wrong() {
        assert_eq!(wrong(&format!("{GOOD} ")).len(), 1);
    }

    #[test]
    fn people_should_read_the_code_and_who_sends_it() {
        assert!(
            better("Your code:\n@shop.example #123456")[0].starts_with("say the code to people")
        );
        let only = better("@shop.example #123456");
        assert!(
            only.iter()
                .any(|words| words.starts_with("begin with a sentence"))
        );
    }

    #[test]
    fn a_number_beside_the_code_is_pointed_out() {
        let text = "123456 is your code. Call 5550199 or see order 4711.\n@shop.example #123456";
        assert!(better(text)[0].contains("5550199 or 4711"));
    }

    #[test]
    fn a_message_without_the_line_is_read_as_a_whole() {
        assert_eq!(better("Your code is 123456."), [""; 0]);
        let two = better("Your code is 123456, or call 5550199.");
        assert!(two[0].contains("123456 or 5550199"), "{two:?}");
    }

    #[test]
    fn what_is_sent_in_parts_is_counted() {
        assert_eq!(size(&"a".repeat(160)), (160, 1));
        assert_eq!(size(&"a".repeat(161)), (161, 2));
        assert_eq!(size(&"€".repeat(80)), (160, 1));
        assert_eq!(size(&"क".repeat(70)), (70, 1));
        assert_eq!(size(&"क".repeat(71)), (71, 2));
    }

    #[test]
    fn what_is_suggested_is_good() {
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
