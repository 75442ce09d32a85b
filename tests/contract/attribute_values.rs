//! The values and defaults that the table of attributes lists are the ones that the element accepts and uses.

use crate::product;

const REQUIRED: [(&str, &str); 2] = [("base-url", "https://engine.example"), ("brand", "DocDemo")];

/// The settings with one attribute besides the required ones, or in place of one of them.
fn settings_with(name: &str, value: &str) -> Result<String, Vec<String>> {
    let required = REQUIRED
        .into_iter()
        .filter(|(required, _)| *required != name);
    let attributes: Vec<_> = required.chain([(name, value)]).collect();
    product::read_attributes(&attributes)
}

/// The texts in backticks.
fn quoted(cell: &str) -> Vec<&str> {
    cell.split('`').skip(1).step_by(2).collect()
}

/// The smallest and the largest number of `… a whole number from 4 to 10 …`.
fn range(values: &str) -> Option<(i64, i64)> {
    let (_, range) = values.split_once("a whole number from ")?;
    let range = range.split(',').next()?;
    let (least, most) = range.split_once(" to ")?;
    Some((least.parse().ok()?, most.parse().ok()?))
}

#[test]
fn defaults_of_attributes_mean_the_same_as_absent_attributes() {
    let absent = product::read_attributes(&REQUIRED);
    let mut checked = 0;
    for attribute in product::attributes() {
        let default = attribute.default;
        let value = default.trim_matches('`');
        if format!("`{value}`") == default && !value.contains('`') {
            assert_eq!(
                settings_with(attribute.name, value),
                absent,
                "{}",
                attribute.name
            );
            checked += 1;
        }
    }
    assert!(checked >= 9, "{checked}");
    assert_eq!(product::default_max_age_minutes(), [1440, 43200]);
    let required = product::attributes().into_iter();
    let required = required.filter(|attribute| attribute.default == "required");
    let required: Vec<_> = required.map(|attribute| attribute.name).collect();
    assert_eq!(required, REQUIRED.map(|(name, _)| name));
    let mistakes = product::read_attributes(&[]).expect_err("two attributes are missing");
    assert_eq!(mistakes.len(), required.len());
}

#[test]
fn listed_values_of_attributes_are_legal_and_others_are_not() {
    for product::Attribute { name, values, .. } in product::attributes() {
        let legal = |value: &str| assert!(settings_with(name, value).is_ok(), "{name}={value}");
        let illegal = |value: &str| assert!(settings_with(name, value).is_err(), "{name}={value}");
        if let Some((least, most)) = range(values) {
            legal(&least.to_string());
            legal(&most.to_string());
            illegal(&(least - 1).to_string());
            illegal(&(most + 1).to_string());
            illegal("x");
        }
        // Examples behind "such as" and names of other attributes are no complete lists.
        let is_list = !values.contains("such as") && !values.contains("as in");
        if is_list && !quoted(values).is_empty() {
            quoted(values).into_iter().for_each(legal);
            illegal("nonsense");
        }
        if values.starts_with("any of ") {
            legal(&quoted(values).join(" "));
        }
        match values {
            "present or absent" | "text" => legal(""),
            _ => {}
        }
    }
}

#[test]
fn values_that_are_told_in_words_are_as_told() {
    let cases = [
        ("base-url", "https://engine.example/prefix", true),
        ("base-url", "http://127.0.0.1:4180", true),
        ("base-url", "http://engine.example", false),
        ("base-url", "https://engine.example?x", false),
        ("base-url", "https://engine.example#x", false),
        ("brand", "", false),
        ("country", "IN", true),
        ("country", "IND", false),
        ("countries", "IN GB", true),
        ("countries", "IN GBR", false),
        ("resend-after", "0", true),
        ("resend-after", "-1", false),
        ("pending-roles", "MFA_PENDING OTHER", true),
        (
            "allow-origins",
            "https://api.shop.example http://localhost:8080",
            true,
        ),
        ("allow-origins", "http://api.shop.example", false),
        ("allow-origins", "https://api.shop.example/path", false),
    ];
    for (name, value, is_legal) in cases {
        assert_eq!(
            settings_with(name, value).is_ok(),
            is_legal,
            "{name}={value}"
        );
    }
}
