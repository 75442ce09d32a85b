//! A random number generator for session ids and codes. The same seed gives the same ids and codes.

/// The generator `SplitMix64`: small, and different for each seed. It is not unpredictable and must not protect anything.
#[derive(Debug, Clone)]
pub(crate) struct Rng {
    state: u64,
}

impl Rng {
    pub(crate) fn new(seed: u64) -> Rng {
        Rng { state: seed }
    }

    /// A session id in the form of the recorded samples: `P-` and a random UUID (RFC 9562, version 4).
    pub(crate) fn session_id(&mut self) -> String {
        let mut bits = u128::from(self.next()) << 64 | u128::from(self.next());
        bits = bits & !(0xf << 76) | 0x4 << 76;
        bits = bits & !(0x3 << 62) | 0x2 << 62;
        let hex = format!("{bits:032x}");
        format!(
            "P-{}-{}-{}-{}-{}",
            &hex[..8],
            &hex[8..12],
            &hex[12..16],
            &hex[16..20],
            &hex[20..]
        )
    }

    /// A code with the given number of digits.
    pub(crate) fn code(&mut self, digits: usize) -> String {
        (0..digits)
            .map(|_| char::from(b'0' + u8::try_from(self.next() % 10).unwrap_or(0)))
            .collect()
    }

    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.state;
        mixed = (mixed ^ mixed >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ mixed >> 31
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn session_id_is_a_version_4_uuid() {
        let id = Rng::new(7).session_id();
        assert_eq!(id.len(), 38);
        assert!(id.starts_with("P-"));
        assert_eq!(id.as_bytes()[16], b'4', "version in {id}");
        assert!(b"89ab".contains(&id.as_bytes()[21]), "variant in {id}");
    }

    #[test]
    fn different_seeds_give_different_session_ids() {
        assert_ne!(Rng::new(1).session_id(), Rng::new(2).session_id());
        assert_eq!(Rng::new(1).code(6), Rng::new(1).code(6));
    }
}
