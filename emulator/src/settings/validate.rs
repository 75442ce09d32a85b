//! Checks settings, and passwords against a policy.

use regex_lite::Regex;

use super::Settings;

impl Settings {
    /// Checks that every setting has a value that the engine can work with.
    ///
    /// # Errors
    ///
    /// The first invalid setting, in a sentence with the value found and the values expected.
    ///
    /// ```
    /// let mut settings = ae_engine::Settings::documented();
    /// settings.otp_length = 0;
    /// assert_eq!(settings.validate(), Err("otp_length is 0: expected 1 to 18".to_owned()));
    /// ```
    pub fn validate(&self) -> Result<(), String> {
        if !(1..=18).contains(&self.otp_length) {
            return Err(format!(
                "otp_length is {}: expected 1 to 18",
                self.otp_length
            ));
        }
        if let Some(code) = &self.code
            && (code.is_empty()
                || code.len() > 18
                || !code.bytes().all(|digit| digit.is_ascii_digit()))
        {
            return Err(format!(
                "code is {code:?}: expected 1 to 18 digits, or null"
            ));
        }
        if let Some(status) = self.errors_as_http
            && !(400..=599).contains(&status)
        {
            return Err(format!(
                "errors_as_http is {status}: expected 400 to 599, or null"
            ));
        }
        if self.trickle_bytes_per_s == 0 {
            return Err("trickle_bytes_per_s is 0: expected 1 or more".to_owned());
        }
        if self.role.is_empty() {
            return Err("role is empty: expected a name, such as USER or MFA_PENDING".to_owned());
        }
        if self.lock_code < 1 || self.lock_code == 200 {
            return Err(format!(
                "lock_code is {}: expected 1 or more, but not 200",
                self.lock_code
            ));
        }
        for (name, policy) in [
            ("password_policy", &self.password_policy),
            ("mfa_password_policy", &self.mfa_password_policy),
        ] {
            if let Some(pattern) = policy {
                anchored(pattern).map_err(|error| format!("{name} is {pattern:?}: {error}"))?;
            }
        }
        self.customers
            .iter()
            .try_for_each(|(identifier, customer)| {
                customer.validate().map_err(|(field, found, expected)| {
                    format!(
                        "the {field} of customer {identifier:?} is {found:?}: expected {expected}"
                    )
                })
            })
    }
}

/// Whether the whole password matches a pattern, as with the HTML attribute `pattern`. Without a pattern any password matches.
pub(crate) fn matches_policy(password: &str, policy: Option<&str>) -> bool {
    policy.is_none_or(|pattern| anchored(pattern).is_ok_and(|regex| regex.is_match(password)))
}

/// Compiles a pattern so that it must match a whole text.
fn anchored(pattern: &str) -> Result<Regex, regex_lite::Error> {
    // Compiled alone first: the group around it would make a pattern such as `a)|(b` valid.
    Regex::new(pattern)?;
    Regex::new(&format!("^(?:{pattern})$"))
}
