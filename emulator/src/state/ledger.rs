//! Tokens given out, and whether they still count; keys, which are the same for as long as they live.

use std::collections::{HashMap, HashSet, VecDeque};

use crate::endpoint::Factor;

/// What the engine knows of its tokens and keys beyond what is written in them.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    /// Oldest first.
    issued: VecDeque<Issued>,
    revoked: HashSet<String>,
    keys: HashMap<Holder, String>,
}

/// A token that was given out.
#[derive(Debug)]
struct Issued {
    token: String,
    holder: Holder,
}

/// Whose a token or key is.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Holder {
    /// In capitals.
    pub(crate) brand: String,
    pub(crate) uid: String,
    /// None on the web.
    pub(crate) device: Option<String>,
    /// The factor that was proved last.
    pub(crate) factor: Factor,
}

impl Ledger {
    /// Notes a token that goes out.
    pub(crate) fn note(&mut self, token: &str, holder: Holder) {
        // The same moment gives the same customer the same token again.
        self.revoked.remove(token);
        self.issued.push_back(Issued {
            token: token.to_owned(),
            holder,
        });
        if self.issued.len() > TOKENS
            && let Some(oldest) = self.issued.pop_front()
        {
            self.revoked.remove(&oldest.token);
        }
    }

    /// Whether a token came from a second factor, or from renewing one that did.
    pub(crate) fn is_second(&self, token: &str) -> bool {
        self.find(token)
            .is_some_and(|issued| issued.holder.factor == Factor::Second)
    }

    pub(crate) fn is_revoked(&self, token: &str) -> bool {
        self.revoked.contains(token)
    }

    pub(crate) fn revoke(&mut self, token: &str) {
        self.revoked.insert(token.to_owned());
    }

    /// Ends every token and key of a customer.
    pub(crate) fn revoke_all(&mut self, brand: &str, uid: &str) {
        let theirs = |holder: &Holder| holder.brand == brand && holder.uid == uid;
        let tokens = self.issued.iter().filter(|issued| theirs(&issued.holder));
        self.revoked
            .extend(tokens.map(|issued| issued.token.clone()));
        self.keys.retain(|holder, _| !theirs(holder));
    }

    /// The newest token of a holder.
    pub(crate) fn newest(&self, holder: &Holder) -> Option<&str> {
        let mut newest_first = self.issued.iter().rev();
        newest_first
            .find(|issued| issued.holder == *holder)
            .map(|issued| issued.token.as_str())
    }

    pub(crate) fn key(&self, holder: &Holder) -> Option<&str> {
        self.keys.get(holder).map(String::as_str)
    }

    pub(crate) fn keep_key(&mut self, holder: Holder, key: String) {
        self.keys.insert(holder, key);
    }

    pub(crate) fn drop_key(&mut self, holder: &Holder) {
        self.keys.remove(holder);
    }

    fn find(&self, token: &str) -> Option<&Issued> {
        self.issued
            .iter()
            .rev()
            .find(|issued| issued.token == token)
    }
}

/// How many tokens are remembered. An older one counts as a token of the first factor that nobody revoked.
const TOKENS: usize = 20_000;
