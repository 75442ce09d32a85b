//! Tokens given out, and whether they still count; keys, which are the same for as long as they live.

use std::collections::{HashMap, HashSet, VecDeque};

use crate::factor::Factor;

/// What the engine knows of its tokens and keys beyond what is written in them.
#[derive(Debug, Default)]
pub(crate) struct IssuedTokens {
    /// Oldest first.
    issued: VecDeque<Issued>,
    revoked: HashSet<String>,
    keys: HashMap<TokenOwner, String>,
}

/// A token that was given out.
#[derive(Debug)]
struct Issued {
    token: String,
    owner: TokenOwner,
}

/// Whose a token or key is.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct TokenOwner {
    /// In capitals.
    pub(crate) brand: String,
    pub(crate) uid: String,
    /// None on the web.
    pub(crate) device: Option<String>,
    /// The factor that was proved last.
    pub(crate) factor: Factor,
}

impl IssuedTokens {
    /// Notes a token that goes out.
    pub(crate) fn record(&mut self, token: &str, owner: TokenOwner) {
        // The same moment gives the same customer the same token again.
        self.revoked.remove(token);
        self.issued.push_back(Issued {
            token: token.to_owned(),
            owner,
        });
        if self.issued.len() > TOKENS
            && let Some(oldest) = self.issued.pop_front()
        {
            self.revoked.remove(&oldest.token);
        }
    }

    /// Whether a token came from a second factor, or from renewing one that did.
    pub(crate) fn is_from_second_factor(&self, token: &str) -> bool {
        self.find(token)
            .is_some_and(|issued| issued.owner.factor == Factor::Second)
    }

    pub(crate) fn is_revoked(&self, token: &str) -> bool {
        self.revoked.contains(token)
    }

    pub(crate) fn revoke(&mut self, token: &str) {
        self.revoked.insert(token.to_owned());
    }

    /// Ends every token and key of a customer.
    pub(crate) fn revoke_all(&mut self, brand: &str, uid: &str) {
        let theirs = |owner: &TokenOwner| owner.brand == brand && owner.uid == uid;
        let tokens = self.issued.iter().filter(|issued| theirs(&issued.owner));
        self.revoked
            .extend(tokens.map(|issued| issued.token.clone()));
        self.keys.retain(|owner, _| !theirs(owner));
    }

    /// The newest token of a owner.
    pub(crate) fn newest_token(&self, owner: &TokenOwner) -> Option<&str> {
        let mut newest_first = self.issued.iter().rev();
        newest_first
            .find(|issued| issued.owner == *owner)
            .map(|issued| issued.token.as_str())
    }

    pub(crate) fn key(&self, owner: &TokenOwner) -> Option<&str> {
        self.keys.get(owner).map(String::as_str)
    }

    pub(crate) fn store_key(&mut self, owner: TokenOwner, key: String) {
        self.keys.insert(owner, key);
    }

    pub(crate) fn remove_key(&mut self, owner: &TokenOwner) {
        self.keys.remove(owner);
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
