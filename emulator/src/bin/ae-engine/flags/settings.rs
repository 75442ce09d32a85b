//! Converts flags into settings.

use ae_engine::{Cors, Settings};

use super::Flags;

impl Flags {
    /// The settings that the flags stand for.
    ///
    /// # Errors
    ///
    /// A value is invalid; the error is that of [`Settings::validate`].
    pub(crate) fn settings(&self) -> Result<Settings, String> {
        let mut settings = Settings::preset(&self.preset).unwrap_or_default();
        if let Some(life_s) = self.life {
            settings.set_lives(life_s);
        }
        set_if_given(&mut settings.view_life_s, self.view_life);
        set_if_given(&mut settings.user_life_s, self.user_life);
        set_if_given(&mut settings.password_life_s, self.password_life);
        set_if_given(&mut settings.renew_life_s, self.renew_life);
        set_if_given(&mut settings.mfa_view_life_s, self.mfa_view_life);
        set_if_given(&mut settings.mfa_user_life_s, self.mfa_user_life);
        set_if_given(&mut settings.mfa_renew_life_s, self.mfa_renew_life);
        set_if_given(&mut settings.mobile_life_s, self.mobile_life);
        settings.key_life_s = self.key_life;
        settings.regenerate_key = !self.no_key;
        settings.regenerate_mfa_key = !self.no_mfa_key;
        settings.expire_kills_key = !self.keep_key;
        settings.renew_grace_s = self.renew_grace;
        settings.renew_needs_password_brand = self.renew_needs_password_brand;
        set_if_given(&mut settings.role, self.role.clone());
        set_if_given(&mut settings.organisation, self.organisation.clone());
        set_if_given(&mut settings.secret, self.secret.clone());
        set_if_given(&mut settings.clock_offset_s, self.clock_offset);
        self.set_codes(&mut settings);
        self.set_customers(&mut settings);
        self.set_second_factor(&mut settings);
        self.set_http(&mut settings);
        settings.validate()?;
        Ok(settings)
    }

    fn set_codes(&self, settings: &mut Settings) {
        settings.code.clone_from(&self.code);
        set_if_given(&mut settings.otp_length, self.otp_length);
        set_if_given(&mut settings.otp_life_s, self.otp_life);
        set_if_given(&mut settings.tries, self.tries);
        set_if_given(&mut settings.mfa_tries, self.mfa_tries);
        set_if_given(&mut settings.password_tries, self.password_tries);
        set_if_given(&mut settings.mfa_password_tries, self.mfa_password_tries);
        set_if_given(&mut settings.attempt_interval_s, self.attempt_interval);
        settings.lock = self.lock;
        set_if_given(&mut settings.lock_s, self.lock_life);
        set_if_given(&mut settings.lock_code, self.lock_code);
        settings.lock_tells_when = self.lock_tells_when;
        set_if_given(&mut settings.mfa_session_life_s, self.mfa_session_life);
        settings.encryption = self.encryption;
        set_if_given(&mut settings.session_life_s, self.session_life);
        settings.newest_session_only = !self.many_sessions;
        settings.quota = self.quota;
        settings.quota_window_s = self.quota_window;
        settings
            .fallback_channels
            .clone_from(&self.fallback_channel);
    }

    fn set_customers(&self, settings: &mut Settings) {
        settings.brands = Some(self.brand.clone()).filter(|brands| !brands.is_empty());
        settings.password_brand = self.password_brand;
        settings.password_policy.clone_from(&self.password_policy);
        settings.password_change_revokes = self.password_change_revokes;
        settings.forget_needs_new_session = self.forget_needs_new_session;
        settings.customers = self.customer.iter().cloned().collect();
        settings.external_id = self.external_id;
    }

    fn set_second_factor(&self, settings: &mut Settings) {
        settings.mfa = !self.no_mfa;
        settings.forced_mfa = self.forced_mfa;
        settings.mfa_password = self.mfa_password;
        settings
            .mfa_password_policy
            .clone_from(&self.mfa_password_policy);
        settings.skip_otp_validate = self.skip_otp_validate;
        settings.skip_otp_validate_reset = self.skip_otp_validate_reset;
        settings.auto_fill_second_identifier = self.auto_fill_second_identifier;
        settings.mfa_device_check = self.mfa_device_check;
        settings.web_renews_mfa_tokens = !self.mfa_by_key_only;
    }

    fn set_http(&self, settings: &mut Settings) {
        settings.cors = match self.cors.as_slice() {
            [] => Cors::All,
            [keyword] if keyword == "all" => Cors::All,
            [keyword] if keyword == "off" => Cors::Off,
            origins => Cors::Only(origins.to_vec()),
        };
        if self.expose_none || !self.expose_header.is_empty() {
            settings.expose_headers.clone_from(&self.expose_header);
        }
        settings.errors_as_http = self.errors_as_http;
        set_if_given(&mut settings.bodies_kept, self.bodies_kept);
        set_if_given(&mut settings.trickle_bytes_per_s, self.trickle_rate);
    }
}

/// Sets a setting if its flag was given.
fn set_if_given<T>(setting: &mut T, value: Option<T>) {
    if let Some(value) = value {
        *setting = value;
    }
}
