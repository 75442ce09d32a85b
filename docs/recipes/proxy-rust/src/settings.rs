//! What the variables of the environment say.

use axum::http::Uri;

/// The settings of the proxy.
#[derive(Debug)]
pub(crate) struct Settings {
    /// The origin of the engine, without a slash at the end.
    pub(crate) engine: String,
    pub(crate) port: u16,
    /// Without it no captcha is asked for.
    pub(crate) captcha: Option<Captcha>,
    /// Whether the last address in `X-Forwarded-For` is that of the client.
    pub(crate) trusts_forwarded: bool,
}

/// Where captchas are checked.
#[derive(Debug)]
pub(crate) struct Captcha {
    pub(crate) url: Uri,
    pub(crate) secret: String,
}

impl Settings {
    /// Reads the settings. `variable` returns the value of a variable.
    pub(crate) fn read(variable: impl Fn(&str) -> Option<String>) -> Result<Self, String> {
        let variable = |name| variable(name).filter(|value| !value.is_empty());
        let engine = variable("ENGINE").ok_or("ENGINE is missing")?;
        let engine = address("ENGINE", &engine)?;
        let port = variable("PORT").unwrap_or_else(|| "8080".to_owned());
        let port = port
            .parse()
            .map_err(|_| format!("PORT is not a port: {port}"))?;
        let secret = variable("CAPTCHA_SECRET").unwrap_or_default();
        let captcha = match variable("CAPTCHA_URL") {
            Some(url) => Some(Captcha {
                url: address("CAPTCHA_URL", &url)?,
                secret,
            }),
            None => None,
        };
        Ok(Self {
            engine: origin(&engine),
            port,
            captcha,
            trusts_forwarded: variable("TRUST_FORWARDED").is_some_and(|value| value == "1"),
        })
    }
}

/// Reads an address with a host.
fn address(name: &str, value: &str) -> Result<Uri, String> {
    let address: Option<Uri> = value.parse().ok();
    let is_http = |address: &Uri| matches!(address.scheme_str(), Some("http" | "https"));
    address
        .filter(is_http)
        .ok_or_else(|| format!("{name} is not an address with http or https: {value}"))
}

/// The scheme, the host and the port of an address.
fn origin(address: &Uri) -> String {
    let scheme = address.scheme_str().unwrap_or_default();
    let authority = address
        .authority()
        .map_or("", |authority| authority.as_str());
    format!("{scheme}://{authority}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(variables: &[(&str, &str)]) -> Result<Settings, String> {
        Settings::read(|name| {
            let mut found = variables.iter().filter(|(key, _)| *key == name);
            found.next().map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn engine_is_required_and_the_rest_has_defaults() {
        assert_eq!(read(&[]).unwrap_err(), "ENGINE is missing");
        let settings = read(&[("ENGINE", "https://engine.example/"), ("CAPTCHA_URL", "")]).unwrap();
        assert_eq!(settings.engine, "https://engine.example");
        assert_eq!(settings.port, 8080);
        assert!(settings.captcha.is_none());
        assert!(!settings.trusts_forwarded);
    }

    #[test]
    fn all_variables_are_read() {
        let settings = read(&[
            ("ENGINE", "http://127.0.0.1:9000"),
            ("PORT", "8123"),
            ("CAPTCHA_URL", "https://captcha.example/siteverify"),
            ("CAPTCHA_SECRET", "secret"),
            ("TRUST_FORWARDED", "1"),
        ])
        .unwrap();
        assert_eq!(settings.engine, "http://127.0.0.1:9000");
        assert_eq!(settings.port, 8123);
        let captcha = settings.captcha.unwrap();
        assert_eq!(captcha.url, "https://captcha.example/siteverify");
        assert_eq!(captcha.secret, "secret");
        assert!(settings.trusts_forwarded);
    }

    #[test]
    fn values_that_cannot_be_used_are_refused() {
        for (name, value) in [
            ("ENGINE", "engine.example"),
            ("ENGINE", "ftp://engine.example"),
            ("ENGINE", "/auth"),
            ("PORT", "http"),
            ("CAPTCHA_URL", "captcha"),
        ] {
            let problem = read(&[(name, value), ("ENGINE", "http://127.0.0.1")]).unwrap_err();
            assert!(
                problem.starts_with(name) && problem.ends_with(value),
                "{problem}"
            );
        }
    }
}
