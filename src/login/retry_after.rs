//! Reads the `Retry-After` header of an answer (RFC 9110 §10.2.3).

use super::time::{Millis, UnixMs};

/// Returns how long the engine asks us to wait, in milliseconds, or `None` if the header has no legal value.
///
/// - `value`: the `Retry-After` header: whole seconds, or an HTTP date that ends in `GMT`.
/// - `date`: the answer's own `Date` header, if the page may read it. A `Retry-After` date counts from it, because this
///   device's clock may be wrong.
/// - `now`: this device's clock in milliseconds since 1970, used where `date` is missing or unreadable.
/// - `parse_date`: parses a date into milliseconds since 1970; `None` for text that is not a date.
///
/// A date in the past is a wait of 0. Numbers that do not fit saturate; the callers set their own upper limit.
pub fn retry_after(
    value: &str,
    date: Option<&str>,
    now: UnixMs,
    parse_date: impl Fn(&str) -> Option<UnixMs>,
) -> Option<Millis> {
    if !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit()) {
        // Only overflow can fail here.
        let seconds = value.parse().unwrap_or(Millis::MAX);
        return Some(seconds.saturating_mul(1000));
    }
    let until = parse_date(Some(value).filter(|value| value.ends_with("GMT"))?)?;
    let from = date.and_then(parse_date).unwrap_or(now);
    Some(until.since(from))
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::{Millis, UnixMs, retry_after};

    /// 21 October 2015, 07:28:00 GMT.
    const NOW: UnixMs = UnixMs(1_445_412_480_000);

    /// Knows the dates of these tests, and takes anything for a date that a lenient parser would take.
    fn parse(text: &str) -> Option<UnixMs> {
        match text {
            "Wed, 21 Oct 2015 07:28:00 GMT" => Some(NOW),
            "Wed, 21 Oct 2015 07:30:00 GMT" | "Wed, 21 Oct 2015 07:30:00" => {
                Some(NOW.after(120_000))
            }
            "Thu, 22 Oct 2015 07:28:00 GMT" => Some(NOW.after(86_400_000)),
            _ => None,
        }
    }

    fn wait(value: &str, date: Option<&str>) -> Option<Millis> {
        retry_after(value, date, NOW, parse)
    }

    #[test]
    fn seconds_become_milliseconds() {
        assert_eq!(wait("0", None), Some(0));
        assert_eq!(wait("120", None), Some(120_000));
        assert_eq!(wait("007", None), Some(7_000));
    }

    #[test]
    fn seconds_too_many_for_the_type_saturate() {
        assert_eq!(wait("1000000000000", None), Some(1_000_000_000_000_000));
        assert_eq!(wait("18446744073709551615", None), Some(Millis::MAX));
        assert_eq!(wait(&"9".repeat(400), None), Some(Millis::MAX));
    }

    #[test]
    fn values_that_are_neither_digits_nor_a_date_are_ignored() {
        for value in ["", " ", "-5", "+5", "1.5", "1e3", "soon 3", "٣", "GMT"] {
            assert_eq!(wait(value, None), None, "{value:?}");
        }
    }

    #[test]
    fn date_must_end_in_gmt() {
        assert_eq!(wait("Wed, 21 Oct 2015 07:30:00", None), None);
        assert_eq!(wait("Wed, 21 Oct 2015 07:30:00 GMT", None), Some(120_000));
    }

    #[test]
    fn date_counts_from_the_date_of_the_answer() {
        let day_later = Some("Thu, 22 Oct 2015 07:28:00 GMT");
        assert_eq!(
            wait("Thu, 22 Oct 2015 07:28:00 GMT", day_later),
            Some(0),
            "the engine's clock is a day ahead"
        );
        assert_eq!(
            wait("Thu, 22 Oct 2015 07:28:00 GMT", None),
            Some(86_400_000)
        );
    }

    #[test]
    fn date_counts_from_this_clock_if_the_answer_has_no_readable_date() {
        let value = "Wed, 21 Oct 2015 07:30:00 GMT";
        assert_eq!(wait(value, None), Some(120_000));
        assert_eq!(wait(value, Some("yesterday")), Some(120_000));
    }

    #[test]
    fn date_in_the_past_is_no_wait() {
        let day_later = Some("Thu, 22 Oct 2015 07:28:00 GMT");
        assert_eq!(wait("Wed, 21 Oct 2015 07:28:00 GMT", day_later), Some(0));
    }
}
