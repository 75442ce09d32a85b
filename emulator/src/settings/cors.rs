//! The origins that may read responses, and the JSON form of this setting.

use serde::{Deserialize, Serialize};

/// The origins that may read responses (Fetch standard, "CORS protocol").
///
/// In JSON: `"all"`, `"off"`, or a list of origins.
///
/// ```
/// use ae_engine::Cors;
///
/// let cors: Cors = serde_json::from_str(r#"["https://shop.example"]"#)?;
/// assert_eq!(cors, Cors::Only(vec!["https://shop.example".to_owned()]));
/// assert_eq!(serde_json::to_string(&Cors::All)?, r#""all""#);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "CorsJson", into = "CorsJson")]
pub enum Cors {
    /// Every origin.
    All,
    /// These origins, written as browsers send them: `https://shop.example`, without a slash at the end.
    Only(Vec<String>),
    /// No origin: responses have no CORS headers.
    Off,
}

impl Cors {
    /// Whether a page of this origin may read responses.
    pub(crate) fn allows(&self, origin: &str) -> bool {
        match self {
            Cors::All => true,
            Cors::Only(origins) => origins.iter().any(|listed| listed == origin),
            Cors::Off => false,
        }
    }
}

/// The JSON form of [`Cors`].
#[derive(Serialize, Deserialize)]
#[serde(untagged, expecting = "expected \"all\", \"off\" or a list of origins")]
enum CorsJson {
    Keyword(String),
    Origins(Vec<String>),
}

impl TryFrom<CorsJson> for Cors {
    type Error = String;

    fn try_from(json: CorsJson) -> Result<Cors, String> {
        match json {
            CorsJson::Origins(origins) => Ok(Cors::Only(origins)),
            CorsJson::Keyword(keyword) if keyword == "all" => Ok(Cors::All),
            CorsJson::Keyword(keyword) if keyword == "off" => Ok(Cors::Off),
            CorsJson::Keyword(keyword) => Err(format!(
                "cors is {keyword:?}: expected \"all\", \"off\" or a list of origins"
            )),
        }
    }
}

impl From<Cors> for CorsJson {
    fn from(cors: Cors) -> CorsJson {
        match cors {
            Cors::All => CorsJson::Keyword("all".to_owned()),
            Cors::Off => CorsJson::Keyword("off".to_owned()),
            Cors::Only(origins) => CorsJson::Origins(origins),
        }
    }
}
