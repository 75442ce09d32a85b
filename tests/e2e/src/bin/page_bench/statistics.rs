//! Medians, quartiles and ratios of samples.

/// The value below which a share of the sorted samples lies, from 0 to 1; between two samples it is interpolated linearly.
///
/// `None` if there are no samples or one of them is not a number.
pub(crate) fn quantile(samples: &[f64], share: f64) -> Option<f64> {
    if samples.iter().any(|sample| sample.is_nan()) {
        return None;
    }
    let mut sorted = samples.to_vec();
    sorted.sort_by(f64::total_cmp);
    let last = sorted.len().checked_sub(1)?;
    #[expect(clippy::cast_precision_loss, reason = "a few hundred samples")]
    let position = share.clamp(0.0, 1.0) * last as f64;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "the position is from 0 to the last index"
    )]
    let below = position.floor() as usize;
    let low = *sorted.get(below)?;
    let high = *sorted.get(below + 1).unwrap_or(&low);
    if low.total_cmp(&high).is_eq() || position.fract() == 0.0 {
        return Some(low);
    }
    Some(low + (high - low) * position.fract())
}

/// The middle one of the samples, or the mean of the two in the middle.
pub(crate) fn median(samples: &[f64]) -> Option<f64> {
    quantile(samples, 0.5)
}

/// The interquartile range: how far the first and the third quartile are apart. It is 0 for a single sample.
pub(crate) fn spread(samples: &[f64]) -> Option<f64> {
    Some(quantile(samples, 0.75)? - quantile(samples, 0.25)?)
}

/// How a new build compares to an old one: the ratio of new to old in each round, and what is in the middle of these ratios.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Ratio {
    /// The median of the ratios.
    pub(crate) median: f64,
    /// Their first quartile.
    pub(crate) low: f64,
    /// Their third quartile.
    pub(crate) high: f64,
}

impl Ratio {
    /// Compares samples; those at the same index were taken in the same round. `None` if there are no samples.
    ///
    /// Anything else than 0 is infinitely more than 0.
    pub(crate) fn new(new: &[f64], old: &[f64]) -> Option<Self> {
        let ratios: Vec<f64> = new
            .iter()
            .zip(old)
            .map(|(new, old)| quotient(*new, *old))
            .collect();
        Some(Self {
            median: median(&ratios)?,
            low: quantile(&ratios, 0.25)?,
            high: quantile(&ratios, 0.75)?,
        })
    }
}

/// Equal values have the ratio 1, even where both are 0.
fn quotient(new: f64, old: f64) -> f64 {
    // Makes -0.0, such as an empty sum, 0.0.
    let (new, old) = (new + 0.0, old + 0.0);
    if new.total_cmp(&old).is_eq() {
        1.0
    } else {
        new / old
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn median_is_the_middle_sample_whatever_the_order() {
        assert_eq!(median(&[9.0, 1.0, 4.0]), Some(4.0));
        assert_eq!(median(&[7.0]), Some(7.0));
    }

    #[test]
    fn median_of_an_even_number_is_the_mean_of_the_two_in_the_middle() {
        assert_eq!(median(&[10.0, 1.0, 4.0, 2.0]), Some(3.0));
    }

    #[test]
    fn no_samples_have_no_median_spread_or_ratio() {
        assert_eq!(median(&[]), None);
        assert_eq!(spread(&[]), None);
        assert_eq!(Ratio::new(&[], &[]), None);
        assert_eq!(median(&[1.0, f64::NAN]), None);
    }

    #[test]
    fn spread_is_the_distance_of_the_quartiles() {
        assert_eq!(spread(&[5.0, 1.0, 3.0, 2.0, 4.0]), Some(2.0));
        // The quartiles are 1.75 and 3.25.
        assert_eq!(spread(&[1.0, 2.0, 3.0, 4.0]), Some(1.5));
        assert_eq!(spread(&[3.0]), Some(0.0));
    }

    #[test]
    fn one_outlier_changes_neither_median_nor_spread() {
        let calm = [1.0, 2.0, 3.0, 4.0, 5.0];
        let disturbed = [1.0, 2.0, 3.0, 4.0, 5000.0];
        assert_eq!(median(&calm), median(&disturbed));
        assert_eq!(spread(&calm), spread(&disturbed));
    }

    #[test]
    fn ratio_is_the_median_of_the_ratios_of_each_round() {
        let ratio = Ratio::new(&[30.0, 10.0, 20.0], &[8.0, 4.0, 16.0]);
        // Round by round: 3.75, 2.5, 1.25.
        let expected = Ratio {
            median: 2.5,
            low: 1.875,
            high: 3.125,
        };
        assert_eq!(ratio, Some(expected));
    }

    #[test]
    fn a_load_that_slows_both_builds_in_a_round_does_not_change_the_ratio() {
        let ratio = Ratio::new(&[20.0, 160.0, 40.0], &[10.0, 80.0, 20.0]);
        let expected = Ratio {
            median: 2.0,
            low: 2.0,
            high: 2.0,
        };
        assert_eq!(ratio, Some(expected));
    }

    #[test]
    fn something_is_infinitely_more_than_nothing_and_nothing_equals_nothing() {
        let ratio = Ratio::new(&[0.0, 1.0, 1.0], &[0.0, 0.0, -0.0]);
        let expected = Ratio {
            median: f64::INFINITY,
            low: f64::INFINITY,
            high: f64::INFINITY,
        };
        assert_eq!(ratio, Some(expected));
        let ratio = Ratio::new(&[-0.0, 0.0, 0.0, 0.0, 1.0], &[0.0; 5]);
        let expected = Ratio {
            median: 1.0,
            low: 1.0,
            high: 1.0,
        };
        assert_eq!(ratio, Some(expected));
    }
}
