//! What no engine could be set to, said in one sentence.

use regex_lite::Regex;

use super::Settings;

impl Settings {
    /// Says in one sentence which value makes no sense, if one does.
    ///
    /// # Errors
    ///
    /// The first setting found that no engine could have.
    pub fn validate(&self) -> Result<(), String> {
        if !(1..=18).contains(&self.otp_length) {
            return Err(format!(
                "otp_length is {}: legal are 1 to 18",
                self.otp_length
            ));
        }
        if let Some(code) = &self.code
            && (code.is_empty()
                || code.len() > 18
                || !code.bytes().all(|digit| digit.is_ascii_digit()))
        {
            return Err(format!(
                "code is {code:?}: legal are 1 to 18 digits, or null"
            ));
        }
        if let Some(status) = self.errors_as_http
            && !(400..=599).contains(&status)
        {
            return Err(format!(
                "errors_as_http is {status}: legal are 400 to 599, or null"
            ));
        }
        if self.trickle_bytes_per_s == 0 {
            return Err("trickle_bytes_per_s is 0: legal is 1 and more".to_owned());
        }
        if self.role.is_empty() {
            return Err("role is empty: legal is any name, such as USER or MFA_PENDING".to_owned());
        }
        if self.lock_code < 1 || self.lock_code == 200 {
            return Err(format!(
                "lock_code is {}: legal is 1 and more, but not 200",
                self.lock_code
            ));
        }
        for (name, policy) in [
            ("password_policy", &self.password_policy),
            ("mfa_password_policy", &self.mfa_password_policy),
        ] {
            if let Some(pattern) = policy {
                anchored(pattern).map_err(|problem| format!("{name} is {pattern:?}: {problem}"))?;
            }
        }
        self.customers
            .iter()
            .try_for_each(|(identifier, customer)| {
                customer.validate().map_err(|(field, found, legal)| {
                    format!(
                        "the {field} of customer {identifier:?} is {found:?}: legal are {legal}"
                    )
                })
            })
    }
}

/// Whether a password matches a pattern from end to end, as the `pattern` of a form does.
pub(crate) fn matches_policy(password: &str, policy: Option<&str>) -> bool {
    policy.is_none_or(|pattern| anchored(pattern).is_ok_and(|pattern| pattern.is_match(password)))
}

fn anchored(pattern: &str) -> Result<Regex, regex_lite::Error> {
    // The pattern alone first: a stray bracket could be made good by ours.
    Regex::new(pattern)?;
    Regex::new(&format!("^(?:{pattern})$"))
}
