//! Which origins may read answers, and how that is written.

use serde::{Deserialize, Serialize};

/// Which origins may read answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "CorsJson", into = "CorsJson")]
pub enum Cors {
    /// Every origin.
    All,
    /// These, exactly as a browser writes them: `https://shop.example`.
    Only(Vec<String>),
    /// None: no header of this kind is ever sent.
    Off,
}

impl Cors {
    /// Whether a page of this origin may read answers.
    pub(crate) fn allows(&self, origin: &str) -> bool {
        match self {
            Cors::All => true,
            Cors::Only(origins) => origins.iter().any(|listed| listed == origin),
            Cors::Off => false,
        }
    }
}

/// How [`Cors`] is written in JSON: `"all"`, `"off"` or a list of origins.
#[derive(Serialize, Deserialize)]
#[serde(
    untagged,
    expecting = "cors takes \"all\", \"off\" or a list of origins"
)]
enum CorsJson {
    Word(String),
    List(Vec<String>),
}

impl TryFrom<CorsJson> for Cors {
    type Error = String;

    fn try_from(written: CorsJson) -> Result<Cors, String> {
        match written {
            CorsJson::List(origins) => Ok(Cors::Only(origins)),
            CorsJson::Word(word) if word == "all" => Ok(Cors::All),
            CorsJson::Word(word) if word == "off" => Ok(Cors::Off),
            CorsJson::Word(word) => Err(format!(
                "cors is {word:?}: legal are \"all\", \"off\" or a list of origins"
            )),
        }
    }
}

impl From<Cors> for CorsJson {
    fn from(cors: Cors) -> CorsJson {
        match cors {
            Cors::All => CorsJson::Word("all".to_owned()),
            Cors::Off => CorsJson::Word("off".to_owned()),
            Cors::Only(origins) => CorsJson::List(origins),
        }
    }
}
