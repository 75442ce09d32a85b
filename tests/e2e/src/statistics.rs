//! Medians, quartiles and ratios of samples.

/// The value that a share of the sorted samples is below, for a share from 0 to 1. Values between two samples are interpolated linearly.
///
/// `None` if there are no samples or one of them is not a number.
pub fn quantile(samples: &[f64], share: f64) -> Option<f64> {
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
pub fn median(samples: &[f64]) -> Option<f64> {
    quantile(samples, 0.5)
}

/// The interquartile range: the difference of the third and the first quartile. It is 0 for a single sample.
pub fn spread(samples: &[f64]) -> Option<f64> {
    Some(quantile(samples, 0.75)? - quantile(samples, 0.25)?)
}

/// The ratio of a new build to an old one: median and quartiles of the ratios of all rounds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ratio {
    /// The median of the ratios.
    pub median: f64,
    /// Their first quartile.
    pub low: f64,
    /// Their third quartile.
    pub high: f64,
}

impl Ratio {
    /// Compares samples; those at the same index were taken in the same round. `None` if there are no samples.
    ///
    /// The ratio of any other value to 0 is infinite.
    pub fn new(new: &[f64], old: &[f64]) -> Option<Self> {
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

/// Equal values have the ratio 1, even if both are 0.
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
    fn median_is_the_middle_of_unsorted_samples() {
        assert_eq!(median(&[9.0, 1.0, 4.0]), Some(4.0));
        assert_eq!(median(&[7.0]), Some(7.0));
    }

    #[test]
    fn median_of_an_even_number_is_the_mean_of_the_two_in_the_middle() {
        assert_eq!(median(&[10.0, 1.0, 4.0, 2.0]), Some(3.0));
    }

    #[test]
    fn empty_samples_have_no_median_spread_or_ratio() {
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
    fn load_that_slows_both_builds_in_a_round_leaves_the_ratio_unchanged() {
        let ratio = Ratio::new(&[20.0, 160.0, 40.0], &[10.0, 80.0, 20.0]);
        let expected = Ratio {
            median: 2.0,
            low: 2.0,
            high: 2.0,
        };
        assert_eq!(ratio, Some(expected));
    }

    #[test]
    fn ratio_to_zero_is_infinite_and_equal_values_have_ratio_1() {
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
