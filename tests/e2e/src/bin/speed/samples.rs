//! Everything that was measured: samples by form, profile, cache and metric.

use std::collections::BTreeMap;

use ae_e2e::driver::Speed;
use ae_e2e::statistics::{Ratio, median, spread};

use crate::form::Form;

/// How fast the processor and the network are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Profile {
    Fast,
    Slow,
}

/// Whether the browser has seen the page before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Cache {
    Cold,
    Warm,
}

/// What is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Metric {
    /// Until text that is typed into a visible field stays there, in milliseconds.
    FirstField,
    /// Until the form has all its features, in milliseconds.
    Full,
    /// Bytes that are transferred.
    Bytes,
    /// Requests to the network.
    Requests,
    /// The longest task over 50 ms, in milliseconds.
    LongestTask,
    /// The sum of all tasks over 50 ms, in milliseconds.
    LongTasks,
    /// From a key to the screen, in milliseconds.
    KeyToPaint,
    /// JavaScript heap and wasm, in MiB.
    Memory,
    /// The sum of the scores of all layout shifts.
    LayoutShift,
    /// Until the page knows the session of a customer who is signed in, in milliseconds.
    Session,
}

impl Profile {
    pub(crate) const ALL: [Self; 2] = [Self::Fast, Self::Slow];

    pub(crate) fn speed(self) -> Speed {
        match self {
            Self::Fast => Speed::Full,
            Self::Slow => Speed::SlowProcessorAndNetwork,
        }
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Fast => "fast",
            Self::Slow => "slow",
        }
    }
}

impl Cache {
    pub(crate) const ALL: [Self; 2] = [Self::Cold, Self::Warm];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Cold => "first visit",
            Self::Warm => "second visit",
        }
    }
}

impl Metric {
    /// The metrics of a visit, in the order of the table.
    pub(crate) const OF_A_VISIT: [Self; 9] = [
        Self::FirstField,
        Self::Full,
        Self::Bytes,
        Self::Requests,
        Self::LongestTask,
        Self::LongTasks,
        Self::KeyToPaint,
        Self::Memory,
        Self::LayoutShift,
    ];

    /// Its name at the top of a table.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::FirstField => "first field, ms",
            Self::Full => "all features, ms",
            Self::Bytes => "bytes",
            Self::Requests => "requests",
            Self::LongestTask => "longest task, ms",
            Self::LongTasks => "long tasks, ms",
            Self::KeyToPaint => "key to paint, ms",
            Self::Memory => "memory, MiB",
            Self::LayoutShift => "layout shift",
            Self::Session => "session known, ms",
        }
    }

    /// How many decimals a value has in a table.
    pub(crate) fn decimals(self) -> usize {
        match self {
            Self::Memory => 1,
            Self::LayoutShift => 3,
            _ => 0,
        }
    }
}

/// Where a sample belongs.
type Key = (Form, Profile, Cache, Metric);

/// All samples, in the order of the rounds.
#[derive(Debug, Default)]
pub(crate) struct Samples(BTreeMap<Key, Vec<f64>>);

impl Samples {
    pub(crate) fn add(
        &mut self,
        form: Form,
        profile: Profile,
        cache: Cache,
        metric: Metric,
        sample: f64,
    ) {
        let key = (form, profile, cache, metric);
        self.0.entry(key).or_default().push(sample);
    }

    fn of(&self, form: Form, profile: Profile, cache: Cache, metric: Metric) -> &[f64] {
        let samples = self.0.get(&(form, profile, cache, metric));
        samples.map_or(&[], Vec::as_slice)
    }

    pub(crate) fn median(
        &self,
        form: Form,
        profile: Profile,
        cache: Cache,
        metric: Metric,
    ) -> Option<f64> {
        median(self.of(form, profile, cache, metric))
    }

    /// The interquartile range.
    pub(crate) fn spread(
        &self,
        form: Form,
        profile: Profile,
        cache: Cache,
        metric: Metric,
    ) -> Option<f64> {
        spread(self.of(form, profile, cache, metric))
    }

    /// The largest median of a form, whatever the profile and the cache.
    pub(crate) fn largest(&self, form: Form, metric: Metric) -> Option<f64> {
        let keys = self
            .0
            .iter()
            .filter(|((of, _, _, what), _)| *of == form && *what == metric);
        keys.filter_map(|(_, samples)| median(samples))
            .max_by(f64::total_cmp)
    }

    /// The median of the ratios of two forms, round by round.
    pub(crate) fn ratio(
        &self,
        form: Form,
        to: Form,
        profile: Profile,
        cache: Cache,
        metric: Metric,
    ) -> Option<f64> {
        let of = |form| self.of(form, profile, cache, metric);
        Some(Ratio::new(of(form), of(to))?.median)
    }

    /// The peer with the smallest median.
    pub(crate) fn best_peer(&self, profile: Profile, cache: Cache, metric: Metric) -> Option<Form> {
        let peers = Form::PEERS
            .into_iter()
            .filter_map(|peer| Some((peer, self.median(peer, profile, cache, metric)?)));
        let best = peers.min_by(|(_, one), (_, other)| one.total_cmp(other));
        best.map(|(peer, _)| peer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Cache::Cold;
    use Metric::{Bytes, FirstField};
    use Profile::{Fast, Slow};

    fn samples(rows: &[(Form, Profile, Metric, &[f64])]) -> Samples {
        let mut samples = Samples::default();
        for (form, profile, metric, values) in rows {
            for value in *values {
                samples.add(*form, *profile, Cold, *metric, *value);
            }
        }
        samples
    }

    #[test]
    fn best_peer_is_the_one_with_the_smallest_median() {
        let samples = samples(&[
            (Form::Plain, Slow, FirstField, &[1.0]),
            (Form::Hanko, Slow, FirstField, &[10.0, 30.0, 900.0]),
            (Form::Stytch, Slow, FirstField, &[40.0, 40.0, 40.0]),
            (Form::Stytch, Fast, FirstField, &[5.0]),
            (Form::Stytch, Slow, Bytes, &[5.0]),
        ]);
        let best = |profile, metric| samples.best_peer(profile, Cold, metric);
        assert_eq!(best(Slow, FirstField), Some(Form::Hanko));
        assert_eq!(best(Fast, FirstField), Some(Form::Stytch));
        assert_eq!(best(Slow, Bytes), Some(Form::Stytch));
        assert_eq!(best(Fast, Bytes), None);
    }

    #[test]
    fn ratio_compares_samples_of_the_same_round() {
        let samples = samples(&[
            (Form::Loader, Slow, FirstField, &[10.0, 200.0, 30.0]),
            (Form::Plain, Slow, FirstField, &[5.0, 100.0, 10.0]),
        ]);
        let ratio = |form, to| samples.ratio(form, to, Slow, Cold, FirstField);
        assert_eq!(ratio(Form::Loader, Form::Plain), Some(2.0));
        assert_eq!(ratio(Form::Loader, Form::Hanko), None);
    }

    #[test]
    fn largest_is_taken_over_profiles_of_one_form_and_metric() {
        let samples = samples(&[
            (Form::Loader, Slow, FirstField, &[3.0, 1.0, 2.0]),
            (Form::Loader, Fast, FirstField, &[7.0]),
            (Form::Loader, Fast, Bytes, &[70.0]),
            (Form::Plain, Fast, FirstField, &[80.0]),
        ]);
        assert_eq!(samples.largest(Form::Loader, FirstField), Some(7.0));
        assert_eq!(samples.largest(Form::Hanko, FirstField), None);
    }
}
