//! Checks that must pass in every page.

use serde_json::{Value, json};

use super::Page;

impl Page {
    /// Allows problems that contain this text.
    pub fn allows_problem(&self, text: &'static str) {
        self.window.allowed_problems.borrow_mut().push(text);
    }

    /// Checks what must hold in every page: no violation of the policy, no error or warning in the console, no `ae-error` that the
    /// scenario has not expected, and no secret that a person or script could read.
    pub async fn has_no_problems(&self) {
        let allowed = self.window.allowed_problems.borrow().clone();
        let problems = self
            .evaluates(
                "return window.problems ?? ['the page has no recorder']",
                json!([]),
            )
            .await;
        let mut problems: Vec<String> = serde_json::from_value(problems).unwrap_or_default();
        let reports = self.window.served.reports();
        problems.extend(reports.iter().map(|report| format!("report: {report}")));
        problems.retain(|problem| !allowed.iter().any(|text| problem.contains(text)));
        assert!(
            problems.is_empty(),
            "{problems:#?}\n{}",
            self.state_report().await
        );

        let events = self.events().await;
        let errors: Vec<(Value, Value)> = events
            .iter()
            .filter(|event| event["name"] == "ae-error")
            .map(|event| (event["kind"].clone(), event["code"].clone()))
            .collect();
        assert_eq!(
            errors,
            *self.window.expected_errors.borrow(),
            "kind and code of every ae-error"
        );

        let markup = self
            .evaluates(
                "return markup(arguments[0])",
                json!([self.window.without_secrets]),
            )
            .await;
        let events = Value::from(events).to_string();
        self.stores_no_secret().await;
        for secret in self.secrets().await {
            for (place, text) in [
                ("the document", markup.as_str().unwrap_or_default()),
                ("events", &events),
            ] {
                assert!(
                    !contains_word(text, &secret),
                    "{secret:?} can be read in {place}: {text}"
                );
            }
        }
    }

    /// Checks that the browser's storage contains no code, no password and no token that waits for a second factor.
    pub async fn stores_no_secret(&self) {
        let stored = self.evaluates("return storedText()", json!([])).await;
        let stored = stored.as_str().unwrap_or_default();
        for secret in self.window.engine.one_time_secrets() {
            // As it is, and as JSON escapes it.
            let quoted = Value::from(secret.as_str()).to_string();
            for spelling in [secret.as_str(), quoted.trim_matches('"')] {
                assert!(
                    !contains_word(stored, spelling),
                    "{secret:?} is in the browser's storage: {stored}"
                );
            }
        }
    }

    /// Checks that axe-core finds no violation with all of its default rules, and that no part without text is painted.
    pub async fn passes_axe(&self) {
        let violations = self.awaits("return axeViolations()", json!([])).await;
        assert_eq!(violations, Ok(json!([])), "{}", self.text().await);
        let script = "return emptyBoxes(arguments[0])";
        let empty = self.evaluates(script, json!([self.part])).await;
        assert_eq!(empty, json!([]), "painted parts without text");
    }

    /// Codes, passwords, login sessions, tokens and keys: those that the engine has received and those in the tab's storage.
    async fn secrets(&self) -> Vec<String> {
        let mut secrets = self.window.engine.secrets();
        let stored = self.evaluates("return storedSecrets()", json!([])).await;
        let stored: Vec<String> = serde_json::from_value(stored).unwrap_or_default();
        secrets.extend(stored);
        secrets
    }
}

/// Whether a text contains a secret that is not part of a longer word: six digits inside a longer number are a coincidence.
fn contains_word(text: &str, secret: &str) -> bool {
    text.match_indices(secret).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let after = text[at + secret.len()..].chars().next();
        ![before, after]
            .into_iter()
            .flatten()
            .any(char::is_alphanumeric)
    })
}

#[cfg(test)]
mod tests {
    use super::contains_word;

    #[test]
    fn secret_is_found_between_other_characters_and_not_inside_a_longer_word() {
        for text in ["123456", "code: 123456.", "\"123456\"", "0123456 123456"] {
            assert!(contains_word(text, "123456"), "{text}");
        }
        for text in ["", "12345", "0123456", "1234567", "a123456", "123456é"] {
            assert!(!contains_word(text, "123456"), "{text}");
        }
    }
}
