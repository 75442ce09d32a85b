//! Mobile numbers with the table of countries (`src/countries.txt`): parsing, recognising the country, lengths, grouping while
//! typing, and the country list of the form.

use std::sync::LazyLock;

use ae_login::login::Input;
use ae_login::login::config::Config;
use ae_login::login::config::IdentifierKind::{Email, ExternalId, Mobile};
use ae_login::login::country::{Country, NumberingPlan, caret_after_grouping};
use ae_login::login::identifier::{Identifier, IdentifierError, digits};
use ae_login::login::text::Text;
use ae_login::login::view::{Action, StepName};
use ae_login::login::wire::Call;
use ae_test_support::{FORM, MOBILE, TestPage};
use proptest::prelude::*;

const TABLE: &str = include_str!("../../src/countries.txt");
const DIGITS: &str = "919999922332";

fn numbers<'a>(chosen: &'a str, allowed: &'a [String]) -> NumberingPlan<'a> {
    NumberingPlan {
        table: TABLE,
        allowed,
        chosen,
    }
}

/// The number that is sent for a typed text, with this country selected.
fn parse(chosen: &str, typed: &str) -> Result<String, IdentifierError> {
    parse_allowed(chosen, &[], typed)
}

fn parse_allowed(chosen: &str, allowed: &[&str], typed: &str) -> Result<String, IdentifierError> {
    let allowed: Vec<String> = allowed.iter().map(|&code| code.to_owned()).collect();
    let read = Identifier::parse_by(typed, &[Mobile], Some(numbers(chosen, &allowed)));
    read.map(|identifier| identifier.value().to_owned())
}

/// The country that is shown beside a typed text, with this country selected.
fn recognise_country(chosen: &str, typed: &str) -> Option<&'static str> {
    let (digits, is_whole) = digits(typed)?;
    numbers_with(chosen)
        .country(&digits, is_whole)
        .map(|country| country.code)
}

fn numbers_with(chosen: &str) -> NumberingPlan<'static> {
    let chosen = countries().iter().find(|country| country.code == chosen);
    NumberingPlan {
        table: TABLE,
        allowed: &[],
        chosen: chosen.map_or("", |country| country.code),
    }
}

fn countries() -> &'static [Country<'static>] {
    static ALL: LazyLock<Vec<Country<'static>>> = LazyLock::new(|| {
        let codes = TABLE.lines().skip(1).map(|line| &line[..2]);
        let country = |code| numbers("", &[]).find(code).expect(code);
        codes.map(country).collect()
    });
    &ALL
}

/// The columns after the dial code in a country's line: lengths of national numbers, group sizes, trunk prefix.
fn line(code: &str) -> (Vec<usize>, &'static str, &'static str) {
    let line = TABLE
        .lines()
        .find(|line| line.starts_with(code))
        .expect(code);
    let mut words = line.split(' ').skip(1);
    let lengths = words.next().expect(line).chars();
    let lengths = lengths
        .map(|length| length.to_digit(16).expect(line) as usize)
        .collect();
    (
        lengths,
        words.next().expect(line),
        words.next().unwrap_or_default(),
    )
}

// The table -----------------------------------------------------------------------------------------------------------------

#[test]
fn table_has_each_country_once_with_valid_columns() {
    let mut codes: Vec<&str> = countries().iter().map(|country| country.code).collect();
    assert!(codes.len() > 240);
    codes.sort_unstable();
    codes.dedup();
    assert_eq!(codes.len(), countries().len());
    for country in countries() {
        let (lengths, groups, trunk) = line(country.code);
        assert!(
            country
                .dial
                .parse::<u32>()
                .is_ok_and(|dial| (1..1000).contains(&dial))
        );
        let most = lengths.iter().max().expect("a length");
        assert!(
            lengths
                .iter()
                .all(|length| (4..=15).contains(&(length + country.dial.len())))
        );
        let grouped = groups
            .chars()
            .filter_map(|size| size.to_digit(10))
            .sum::<u32>() as usize;
        assert!(grouped < *most, "{}", country.code);
        assert!(trunk.len() < 3, "{}", country.code);
    }
}

#[test]
fn no_dial_code_is_a_prefix_of_another() {
    for one in countries() {
        for other in countries() {
            assert!(
                one.dial == other.dial || !one.dial.starts_with(other.dial),
                "{} {}",
                one.code,
                other.code
            );
        }
    }
}

#[test]
fn shared_dial_code_has_a_main_country() {
    for (dial, main) in [
        ("1", "US"),
        ("7", "RU"),
        ("44", "GB"),
        ("39", "IT"),
        ("61", "AU"),
    ] {
        assert_eq!(recognise_country("", &format!("+{dial}")), Some(main));
    }
    assert_eq!(recognise_country("", "+1 416"), Some("CA"));
    assert_eq!(recognise_country("", "+1 868 2"), Some("TT"));
    assert_eq!(recognise_country("", "+7 701"), Some("KZ"));
    assert_eq!(recognise_country("", "+44 7781"), Some("GG"));
    // NumberingPlan of Italy and the Vatican look the same, so that the customer's choice counts.
    assert_eq!(recognise_country("VA", "+39 3"), Some("VA"));
    assert_eq!(recognise_country("CA", "+1 212"), Some("US"));
}

// Parsing -------------------------------------------------------------------------------------------------------------------

#[test]
fn all_spellings_of_a_number_give_the_same_string() {
    for typed in [
        "99999 22332",
        "099999 22332",
        "99999-22332",
        "(0) 99999 22332",
        "+91 99999 22332",
        "0091 99999 22332",
        "919999922332",
        "+91 91 99999 22332",
        "91 91 99999 22332",
        "+91+919999922332",
        "91 +91 99999 22332",
        "+91 0 99999 22332",
        "+91 (0) 99999 22332",
        "+91 91 0 99999 22332",
        "９９９９９２２３３２",
        "+９１ ９９９９９ ２２３３２",
        "٩٩٩٩٩ ٢٢٣٣٢",
        "۰۹۹۹۹۹۲۲۳۳۲",
        "९९९९९ २२३३२",
        "\u{202a}+91 99999\u{2011}22332\u{202c}",
    ] {
        assert_eq!(parse("IN", typed).as_deref(), Ok(DIGITS), "{typed}");
    }
}

#[test]
fn typed_country_code_overrides_the_selected_country() {
    for chosen in ["", "IN", "GB", "US", "DE"] {
        for typed in ["+91 99999 22332", "00919999922332", "919999922332"] {
            assert_eq!(
                parse(chosen, typed).as_deref(),
                Ok(DIGITS),
                "{chosen} {typed}"
            );
            assert_eq!(
                recognise_country(chosen, typed),
                Some("IN"),
                "{chosen} {typed}"
            );
        }
    }
    // A text that is a valid number of the selected country is taken as one.
    assert_eq!(parse("IN", "9199999223").as_deref(), Ok("919199999223"));
    assert_eq!(recognise_country("IN", "9199999223"), Some("IN"));
}

#[test]
fn country_is_shown_as_soon_as_its_code_is_typed() {
    assert_eq!(recognise_country("IN", ""), Some("IN"));
    assert_eq!(recognise_country("IN", "+"), Some("IN"));
    assert_eq!(recognise_country("IN", "+4"), Some("IN"));
    assert_eq!(recognise_country("IN", "+44"), Some("GB"));
    assert_eq!(recognise_country("IN", "0044 7"), Some("GB"));
    assert_eq!(recognise_country("IN", "44 7"), Some("IN"));
    assert_eq!(recognise_country("", "44 7"), Some("GB"));
    assert_eq!(recognise_country("", "99"), None);
}

#[test]
fn trunk_prefix_is_removed() {
    for (country, typed, whole) in [
        ("GB", "07400 123456", "447400123456"),
        ("HU", "06 20 123 4567", "36201234567"),
        ("RU", "8 912 345-67-89", "79123456789"),
        ("US", "1 201 555 0123", "12015550123"),
        ("DE", "0151 23456789", "4915123456789"),
        ("AT", "0664 123456", "43664123456"),
        // In Ivory Coast, a leading zero is part of the number.
        ("CI", "01 23 45 67 89", "2250123456789"),
    ] {
        assert_eq!(parse(country, typed).as_deref(), Ok(whole), "{country}");
    }
}

#[test]
fn wrong_length_is_reported_with_the_country() {
    let short = |code: &str| Err(IdentifierError::TooShort(code.to_owned()));
    let long = |code: &str| Err(IdentifierError::TooLong(code.to_owned()));
    assert_eq!(parse("IN", "99999 2233"), short("IN"));
    assert_eq!(parse("IN", "99999 223322"), long("IN"));
    assert_eq!(parse("IN", "+44 7400 12345"), short("GB"));
    assert_eq!(parse("IN", "+44 7400 1234567"), long("GB"));
    assert_eq!(parse("", "+91 99999 2233"), short("IN"));
    assert_eq!(parse("IN", "call me"), Err(IdentifierError::NotANumber));
    assert_eq!(
        parse("IN", "+91+9999922332"),
        Err(IdentifierError::NotANumber)
    );
}

#[test]
fn number_without_a_known_country_is_parsed_without_the_table() {
    assert_eq!(
        parse("", "0495 678923"),
        Err(IdentifierError::NoCountryCode)
    );
    assert_eq!(
        parse("IN", "+0495 678923"),
        Err(IdentifierError::NoCountryCode)
    );
    // The table has no such country code.
    assert_eq!(parse("", "+999 1234567").as_deref(), Ok("9991234567"));
    assert_eq!(parse("IN", "+999 1234567").as_deref(), Ok("9991234567"));
    let empty = NumberingPlan {
        table: "",
        allowed: &[],
        chosen: "IN",
    };
    let read = Identifier::parse_by("99999 22332", &[Mobile], Some(empty));
    assert_eq!(read.expect("a number").value(), "9999922332");
}

#[test]
fn numbers_of_other_countries_than_the_allowed_are_refused() {
    let allowed = ["IN", "CA"];
    let not_allowed = |code: &str| Err(IdentifierError::CountryNotAllowed(code.to_owned()));
    let parse = |typed| parse_allowed("IN", &allowed, typed);
    assert_eq!(parse("99999 22332").as_deref(), Ok(DIGITS));
    assert_eq!(parse("+1 416 234 5678").as_deref(), Ok("14162345678"));
    assert_eq!(parse("+1 212 234 5678"), not_allowed("US"));
    assert_eq!(parse("+44 7400 123456"), not_allowed("GB"));
}

#[test]
fn digits_of_an_impossible_length_count_as_customer_number() {
    let kind = |typed: &str| {
        let read = Identifier::parse_by(typed, &[Mobile, ExternalId], Some(numbers("IN", &[])));
        read.expect(typed).kind()
    };
    assert_eq!(kind("99999 22332"), Mobile);
    assert_eq!(kind("099999 22332"), Mobile);
    assert_eq!(kind("12345678"), ExternalId);
}

#[test]
fn stored_number_is_restored_without_a_length_check() {
    // Too short for India. The engine has accepted the number all the same.
    assert!(Identifier::restore("MOBILE", "9199999").is_some());
}

// Grouping ------------------------------------------------------------------------------------------------------------------

#[test]
fn number_is_grouped_as_in_its_country() {
    let grouped = |chosen: &str, typed: &str| numbers(chosen, &[]).grouped(typed);
    for (chosen, typed, written) in [
        ("IN", "9999922332", "99999 22332"),
        ("IN", "99999 2", "99999 2"),
        ("IN", "099999223", "099999 223"),
        ("IN", "+919999922332", "+91 99999 22332"),
        ("IN", "+91", "+91"),
        ("IN", "+4477", "+44 77"),
        ("IN", "919999922332", "91 99999 22332"),
        ("IN", "999 99223 32", "99999 22332"),
        ("IN", "٩٩٩٩٩٢٢٣٣٢", "٩٩٩٩٩ ٢٢٣٣٢"),
        ("US", "2015550123", "201 555 0123"),
        ("US", "12015550123", "1 201 555 0123"),
        ("FR", "0612345678", "06 12 34 56 78"),
        ("FR", "612345678", "6 12 34 56 78"),
        ("AC", "40123", "40123"),
    ] {
        assert_eq!(grouped(chosen, typed).as_deref(), Some(written), "{chosen}");
    }
    for typed in ["(0) 9999", "99-99", "0091 99", "ada", "99+9"] {
        assert_eq!(grouped("IN", typed), None, "{typed}");
    }
    assert_eq!(grouped("", "99"), None, "no country");
}

#[test]
fn caret_stays_at_its_digit() {
    for (before, at, after, now) in [
        // Typed at the end.
        ("999992", 6, "99999 2", 7),
        // Typed in the middle: the 7.
        ("999799 22332", 4, "99979 922332", 4),
        ("99999722332", 6, "99999 722332", 7),
        ("+919", 4, "+91 9", 5),
        ("91", 0, "+91", 0),
        ("99 ", 2, "99", 2),
    ] {
        assert_eq!(
            caret_after_grouping(before, at, after),
            now,
            "{before:?} at {at}"
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn spellings_of_any_number_of_any_country_give_the_same_string(at in 0..countries().len(), seed in "[1-9][0-9]{14}", pick in 0..9_usize, chosen in 0..countries().len()) {
        let country = countries()[at];
        let chosen = countries()[chosen];
        let (lengths, _, trunk) = line(country.code);
        let national = &seed[..lengths[pick % lengths.len()]];
        // A national number that begins like its dial code or its trunk prefix is ambiguous.
        prop_assume!(!national.starts_with(country.dial) && (trunk.is_empty() || !national.starts_with(trunk)));
        let whole = format!("{}{national}", country.dial);
        prop_assume!((7..=15).contains(&whole.len()));
        // The number belongs to another country with the same dial code.
        prop_assume!(recognise_country(country.code, &format!("+{whole}")) == Some(country.code));
        for typed in [
            national.to_owned(),
            format!("{trunk}{national}"),
            format!("+{whole}"),
            format!("+{}+{whole}", country.dial),
        ] {
            prop_assert_eq!(parse(country.code, &typed), Ok(whole.clone()), "{}", typed);
        }
        for typed in [format!("+{whole}"), format!("00{whole}"), format!("+{} {trunk}{national}", country.dial)] {
            prop_assert_eq!(parse(chosen.code, &typed), Ok(whole.clone()), "{}", typed);
        }
    }

    #[test]
    fn grouping_changes_neither_digits_nor_parsed_number(at in 0..countries().len(), typed in "[+]?[0-9 ]{0,18}") {
        let country = countries()[at];
        if let Some(grouped) = numbers(country.code, &[]).grouped(&typed) {
            prop_assert_eq!(typed.replace(' ', ""), grouped.replace(' ', ""));
            prop_assert_eq!(parse(country.code, &typed), parse(country.code, &grouped));
            let again = numbers(country.code, &[]).grouped(&grouped);
            prop_assert_eq!(again, Some(grouped));
        }
    }

    #[test]
    fn parsed_number_has_7_to_15_digits_and_no_leading_zero(chosen in "[A-Z]{2}", typed in "[+0-9０-９٠-٩ ()./\\-]{0,24}", allowed in prop::collection::vec("[A-Z]{2}", 0..3)) {
        let read = Identifier::parse_by(&typed, &[Mobile, Email], Some(numbers(&chosen, &allowed)));
        if let Ok(number) = read {
            prop_assert!((7..=15).contains(&number.value().len()) && !number.value().starts_with('0'));
            prop_assert!(number.value().bytes().all(|b| b.is_ascii_digit()));
        }
    }

    #[test]
    fn caret_is_never_beyond_the_text(before in "[+0-9 ]{0,12}", at in 0..14_u32, after in "[+0-9 ]{0,12}") {
        prop_assert!(caret_after_grouping(&before, at, &after) as usize <= after.chars().count());
    }
}

// The form ------------------------------------------------------------------------------------------------------------------

/// A page with the country table, in a browser of this region.
fn form(attributes: &[(&str, &str)], region: &str) -> TestPage {
    let attributes = [attributes, &[("identifiers", "mobile")]].concat();
    let mut page = TestPage::with(&attributes, |_| {});
    load_countries(&mut page, region);
    page
}

fn load_countries(page: &mut TestPage, region: &str) {
    let (_, countries) = TABLE.split_once('\n').expect("lines");
    page.dispatch(Input::CountriesLoaded(
        FORM,
        format!("{region}\n{countries}"),
    ));
}

fn choose_country(page: &mut TestPage, code: &str) {
    page.dispatch(Input::CountryChosen(FORM, code.to_owned()));
}

/// The country and the dial code that the country list shows; `None` where the list is not shown.
fn shown_country(page: &TestPage) -> Option<String> {
    let country = page.view().fields[0].country.clone();
    let country = country.expect("a field for numbers");
    country.is_visible.then_some(country.name)
}

#[test]
fn late_country_table_keeps_input_and_focus() {
    let mut page = TestPage::with(&[("identifiers", "mobile")], |_| {});
    assert_eq!(shown_country(&page), None);
    assert_eq!(page.view().fields[0].hint, Some(Text::HintMobile));
    page.type_text("99999 223");
    let before = page.view();
    load_countries(&mut page, "IN");
    let after = page.view();
    assert_eq!(shown_country(&page), Some("IN +91".to_owned()));
    assert_eq!(after.fields[0].hint, Some(Text::HintNational));
    assert_eq!(
        (
            before.screen,
            before.focus,
            before.fields[0].revision,
            &before.fields[0].value
        ),
        (
            after.screen,
            after.focus,
            after.fields[0].revision,
            &after.fields[0].value
        )
    );
    page.submit("99999 22332");
    assert_eq!(page.step(), StepName::Code);
    assert_eq!(
        page.last_body_of(Call::OpenSession)["identifierValue"],
        DIGITS
    );
}

#[test]
fn selected_country_is_chosen_by_customer_then_attribute_then_browser() {
    assert_eq!(shown_country(&form(&[], "DE")), Some("DE +49".to_owned()));
    assert_eq!(shown_country(&form(&[], "")), Some(String::new()));
    assert_eq!(shown_country(&form(&[], "419")), Some(String::new()));
    let mut page = form(&[("country", "in")], "DE");
    assert_eq!(shown_country(&page), Some("IN +91".to_owned()));
    choose_country(&mut page, "GB");
    assert_eq!(shown_country(&page), Some("GB +44".to_owned()));
    assert_eq!(
        shown_country(&form(&[("countries", "IN AE")], "AE")),
        Some("AE +971".to_owned())
    );
    assert_eq!(
        shown_country(&form(&[("countries", "IN AE")], "DE")),
        Some("IN +91".to_owned())
    );
    assert_eq!(
        shown_country(&form(&[("country", "DE"), ("countries", "IN AE")], "")),
        Some("IN +91".to_owned())
    );
    let only = form(&[("countries", "IN")], "DE");
    let country = only.view().fields[0].country.clone().expect("a country");
    assert!(!country.has_choice && country.is_visible);
}

#[test]
fn typed_country_code_selects_and_a_selection_replaces_the_typed_code() {
    let mut page = form(&[], "IN");
    page.type_text("+44 7400 1");
    assert_eq!(shown_country(&page), Some("GB +44".to_owned()));
    choose_country(&mut page, "FR");
    assert_eq!(shown_country(&page), Some("FR +33".to_owned()));
    assert_eq!(page.first_value(), "7 40 01", "grouped as in France");
    page.type_text("");
    assert_eq!(shown_country(&page), Some("FR +33".to_owned()));
}

#[test]
fn number_that_is_changed_has_its_country_code_in_the_list_only() {
    for (region, typed, country, national) in [
        ("IN", "99999 22332", "IN +91", "99999 22332"),
        ("DE", "+91 99999 22332", "IN +91", "99999 22332"),
        ("IN", "+44 7400 123456", "GB +44", "7400 123456"),
    ] {
        let mut page = form(&[], region);
        page.submit(typed);
        page.press(Action::ChangeIdentifier);
        assert_eq!(page.first_value(), national, "{typed}");
        assert_eq!(shown_country(&page).as_deref(), Some(country), "{typed}");
        let before = page.last_body_of(Call::OpenSession);
        page.submit(national);
        let after = page.last_body_of(Call::OpenSession);
        assert_eq!(
            before["identifierValue"], after["identifierValue"],
            "{typed}"
        );
    }
}

#[test]
fn number_that_may_be_a_name_keeps_its_country_code() {
    let mut page = TestPage::with(&[("identifiers", "mobile username")], |_| {});
    load_countries(&mut page, "IN");
    page.submit("+919999922332");
    page.press(Action::ChangeIdentifier);
    assert_eq!(page.first_value(), "+919999922332");
}

#[test]
fn country_of_an_error_is_not_in_the_next_error() {
    let mut page = form(&[], "IN");
    page.submit("99999");
    assert_eq!(page.first_error(), Some(Text::NumberTooShort));
    assert_eq!(page.view().fields[0].error_country, "IN");
    page.submit("");
    assert_eq!(page.first_error(), Some(Text::IdentifierEmpty));
    assert_eq!(page.view().fields[0].error_country, "");
    page.submit("99999");
    page.refuse_next(Call::OpenSession, 1526);
    page.submit("99999 22332");
    assert_eq!(page.first_error(), Some(Text::DetailsInvalid));
    assert_eq!(page.view().fields[0].error_country, "");
}

#[test]
fn grouping_is_applied_while_typing_but_not_while_deleting() {
    let mut page = form(&[], "IN");
    let edition = |page: &TestPage| page.view().fields[0].revision;
    page.type_text("99999");
    let before = edition(&page);
    page.type_text("999992");
    assert_eq!(
        (page.first_value().as_str(), edition(&page)),
        ("99999 2", before + 1)
    );
    page.type_text("99999 ");
    assert_eq!(
        (page.first_value().as_str(), edition(&page)),
        ("99999 ", before + 1)
    );
    page.type_text("99999");
    page.type_text("9999");
    assert_eq!(
        (page.first_value().as_str(), edition(&page)),
        ("9999", before + 1)
    );
    // Filled in by the browser.
    page.type_text("+919999922332");
    assert_eq!(page.first_value(), MOBILE);
}

#[test]
fn user_name_of_digits_is_not_grouped() {
    let mut page = form(&[("identifiers", "mobile username")], "IN");
    page.type_text("9999922332");
    assert_eq!(page.first_value(), "9999922332");
}

#[test]
fn country_list_is_shown_for_numbers_only() {
    let mut page = form(&[("identifiers", "mobile email")], "IN");
    assert_eq!(shown_country(&page), None);
    assert_eq!(page.view().fields[0].hint, Some(Text::HintEither));
    page.type_text("99");
    assert_eq!(shown_country(&page), Some("IN +91".to_owned()));
    assert_eq!(page.view().fields[0].hint, Some(Text::HintNational));
    page.type_text("99ada");
    assert_eq!(shown_country(&page), None);
    let email = form(&[("identifiers", "email")], "IN");
    assert_eq!(email.view().fields[0].country, None);
}

#[test]
fn invalid_number_is_reported_with_its_country_and_not_sent() {
    let mut page = form(&[("countries", "IN DE")], "IN");
    for (typed, text, about) in [
        ("99999 223", Text::NumberTooShort, "IN"),
        ("99999 22332 23", Text::NumberTooLong, "IN"),
        ("+49 151", Text::NumberTooShort, "DE"),
        ("+44 7400 123456", Text::NumberElsewhere, "GB"),
        ("+", Text::NotANumber, ""),
    ] {
        page.type_text(typed);
        page.submit(typed);
        let field = &page.view().fields[0];
        assert_eq!(
            (field.error, field.error_country.as_str()),
            (Some(text), about),
            "{typed}"
        );
    }
    assert!(page.requests().is_empty());
}

#[test]
fn address_of_a_user_name_has_the_country_list() {
    let mut page = form(&[("identifiers", "username")], "IN");
    assert_eq!(page.view().fields[0].country, None);
    page.submit("grace");
    assert_eq!(shown_country(&page), None);
    page.type_text("9999922332");
    assert_eq!(shown_country(&page), Some("IN +91".to_owned()));
    assert_eq!(page.first_value(), "99999 22332");
    page.submit("99999 22332");
    assert_eq!(page.last_body_of(Call::OpenSession)["mobile"], DIGITS);
}

#[test]
fn reload_keeps_the_selected_country() {
    let mut page = form(&[], "DE");
    choose_country(&mut page, "IN");
    page.type_text("099999");
    page.reload();
    assert_eq!(page.first_value(), "+91 99999");
    load_countries(&mut page, "DE");
    assert_eq!(shown_country(&page), Some("IN +91".to_owned()));
    // The country of the browser is selected again, so that the text is stored as it was typed.
    let mut page = form(&[], "IN");
    page.type_text("99999 2");
    page.reload();
    assert_eq!(page.first_value(), "99999 2");
}

#[test]
fn country_attributes_accept_two_letter_codes_only() {
    for (name, found) in [
        ("country", "India"),
        ("country", "I1"),
        ("country", ""),
        ("countries", "IN India"),
        ("countries", ""),
    ] {
        let attribute = |asked: &str| match asked {
            "base-url" => Some("https://eu.api.example".to_owned()),
            "brand" => Some("DocDemo".to_owned()),
            _ => (asked == name).then(|| found.to_owned()),
        };
        let mistakes = Config::parse(attribute).expect_err(found);
        assert_eq!(mistakes[0].attribute, name, "{found}");
    }
}
