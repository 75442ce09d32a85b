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

/// How a new build compares to an old one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Ratio {
    /// The median of the new samples divided by that of the old ones.
    pub(crate) of_medians: f64,
    /// The first quartile of the ratios of samples that were taken in the same round.
    pub(crate) low: f64,
    /// The third quartile of the same ratios.
    pub(crate) high: f64,
}

impl Ratio {
    /// Compares samples; those at the same index were taken in the same round.
    ///
    /// `None` if there are no samples, or if the median or a sample of the old build is 0.
    pub(crate) fn new(new: &[f64], old: &[f64]) -> Option<Self> {
        let pairs: Option<Vec<f64>> = new
            .iter()
            .zip(old)
            .map(|(new, old)| quotient(*new, *old))
            .collect();
        let pairs = pairs?;
        Some(Self {
            of_medians: quotient(median(new)?, median(old)?)?,
            low: quantile(&pairs, 0.25)?,
            high: quantile(&pairs, 0.75)?,
        })
    }
}

/// Equal values have the ratio 1, even where both are 0.
fn quotient(new: f64, old: f64) -> Option<f64> {
    if new.total_cmp(&old).is_eq() {
        return Some(1.0);
    }
    Some(new / old).filter(|ratio| ratio.is_finite())
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
    fn ratio_divides_the_new_median_by_the_old_one() {
        let ratio = Ratio::new(&[30.0, 10.0, 20.0], &[8.0, 4.0, 16.0]).expect("a ratio");
        assert!((ratio.of_medians - 2.5).abs() < 1e-12);
        // Round by round: 3.75, 2.5, 1.25.
        assert!((ratio.low - 1.875).abs() < 1e-12);
        assert!((ratio.high - 3.125).abs() < 1e-12);
    }

    #[test]
    fn a_load_that_slows_both_builds_leaves_the_range_of_the_ratio_narrow() {
        let ratio = Ratio::new(&[10.0, 80.0, 20.0], &[10.0, 80.0, 20.0]);
        let equal = Ratio {
            of_medians: 1.0,
            low: 1.0,
            high: 1.0,
        };
        assert_eq!(ratio, Some(equal));
    }

    #[test]
    fn nothing_can_be_divided_by_zero_but_zero_equals_zero() {
        assert_eq!(Ratio::new(&[1.0], &[0.0]), None);
        let ratio = Ratio::new(&[0.0], &[0.0]).expect("a ratio");
        assert_eq!(ratio.of_medians.to_bits(), 1.0_f64.to_bits());
    }
}
