//! Tokens and keys that the engine has issued, and which of them it has revoked.

use std::collections::{HashMap, HashSet, VecDeque};

use crate::factor::Factor;

/// The number of tokens that are remembered. An older token counts as one of the first factor that was never revoked.
const MAX_TOKENS: usize = 20_000;

/// The engine's knowledge of its tokens and keys besides their claims.
#[derive(Debug, Default)]
pub(crate) struct IssuedTokens {
    /// Oldest first.
    issued: VecDeque<IssuedToken>,
    revoked: HashSet<String>,
    keys: HashMap<TokenOwner, String>,
}

#[derive(Debug)]
struct IssuedToken {
    token: String,
    owner: TokenOwner,
}

/// The owner of a token or key.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct TokenOwner {
    /// The brand in capitals.
    pub(crate) brand: String,
    pub(crate) uid: String,
    /// `None` on the web.
    pub(crate) device: Option<String>,
    /// The factor that was validated for it.
    pub(crate) factor: Factor,
}

impl IssuedTokens {
    /// Records a token when it is issued.
    pub(crate) fn record(&mut self, token: &str, owner: TokenOwner) {
        // Signing in twice within a second gives the same token, which is valid again.
        self.revoked.remove(token);
        self.issued.push_back(IssuedToken {
            token: token.to_owned(),
            owner,
        });
        if self.issued.len() > MAX_TOKENS
            && let Some(oldest) = self.issued.pop_front()
        {
            self.revoked.remove(&oldest.token);
        }
    }

    /// Whether a token was issued for the second factor, or renews one that was.
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

    /// Revokes all tokens and removes all keys of a customer.
    pub(crate) fn revoke_all(&mut self, brand: &str, uid: &str) {
        let matches = |owner: &TokenOwner| owner.brand == brand && owner.uid == uid;
        let tokens = self.issued.iter().filter(|issued| matches(&issued.owner));
        self.revoked
            .extend(tokens.map(|issued| issued.token.clone()));
        self.keys.retain(|owner, _| !matches(owner));
    }

    /// The newest token of an owner.
    pub(crate) fn newest(&self, owner: &TokenOwner) -> Option<&str> {
        let mut newest_first = self.issued.iter().rev();
        newest_first
            .find(|issued| issued.owner == *owner)
            .map(|issued| issued.token.as_str())
    }

    /// The key of an owner. It stays the same until it is replaced or removed.
    pub(crate) fn key(&self, owner: &TokenOwner) -> Option<&str> {
        self.keys.get(owner).map(String::as_str)
    }

    /// Stores the key of an owner in place of the one before.
    pub(crate) fn store_key(&mut self, owner: TokenOwner, key: String) {
        self.keys.insert(owner, key);
    }

    pub(crate) fn remove_key(&mut self, owner: &TokenOwner) {
        self.keys.remove(owner);
    }

    fn find(&self, token: &str) -> Option<&IssuedToken> {
        self.issued
            .iter()
            .rev()
            .find(|issued| issued.token == token)
    }
}
