//! The goals, and whether they hold in a run. Times are compared within the run, because a machine's speed says nothing about a form.

use crate::form::Form;
use crate::samples::{Cache, Metric, Profile, Samples};
use crate::table::{number, table};

/// A goal and what was measured.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Goal {
    /// What is compared.
    what: String,
    /// The largest value that reaches the goal.
    limit: f64,
    /// `None` if a form that it needs was not measured.
    measured: Option<f64>,
    unit: Unit,
}

/// The unit of a goal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Unit {
    /// A ratio within the run.
    Ratio,
    Milliseconds,
    /// The score of a layout shift.
    Score,
}

impl Goal {
    /// Whether the goal is reached; `None` if it was not measured.
    pub(crate) fn holds(&self) -> Option<bool> {
        self.measured.map(|measured| measured <= self.limit)
    }

    fn text(&self, value: f64) -> String {
        match self.unit {
            Unit::Ratio => format!("{} ×", number(value, 2)),
            Unit::Milliseconds => format!("{} ms", number(value, 0)),
            Unit::Score => number(value, 3),
        }
    }
}

/// The goals of a run.
pub(crate) fn goals(samples: &Samples) -> Vec<Goal> {
    let first = |form, to| samples.ratio(form, to, Profile::Slow, Cache::Cold, Metric::FirstField);
    let mut goals = vec![
        ratio(
            "field in the page's HTML, to plain HTML".to_owned(),
            1.1,
            first(Form::Html, Form::Plain),
        ),
        ratio(
            "first field, to a small script".to_owned(),
            1.15,
            first(Form::Loader, Form::Scripted),
        ),
    ];
    for (what, limit, cache, metric) in [
        ("first field", 0.45, Cache::Cold, Metric::FirstField),
        ("all features", 1.0, Cache::Cold, Metric::Full),
        (
            "session known after a reload",
            0.6,
            Cache::Warm,
            Metric::Session,
        ),
    ] {
        let best = samples.best_peer(Profile::Slow, cache, metric);
        let measured =
            best.and_then(|peer| samples.ratio(Form::Loader, peer, Profile::Slow, cache, metric));
        let peer = best.map_or("none measured", Form::name);
        goals.push(ratio(
            format!("{what}, to the best of the others ({peer})"),
            limit,
            measured,
        ));
    }
    let of = |profile, metric| samples.median(Form::Loader, profile, Cache::Cold, metric);
    goals.push(Goal {
        what: "longest task, fast profile".to_owned(),
        limit: 50.0,
        measured: of(Profile::Fast, Metric::LongestTask),
        unit: Unit::Milliseconds,
    });
    goals.push(Goal {
        what: "all long tasks, slow profile".to_owned(),
        limit: 150.0,
        measured: of(Profile::Slow, Metric::LongTasks),
        unit: Unit::Milliseconds,
    });
    goals.push(Goal {
        what: "layout shift, all profiles".to_owned(),
        limit: 0.0,
        measured: [Form::Loader, Form::Html]
            .into_iter()
            .filter_map(|form| samples.largest(form, Metric::LayoutShift))
            .max_by(f64::total_cmp),
        unit: Unit::Score,
    });
    goals
}

fn ratio(what: String, limit: f64, measured: Option<f64>) -> Goal {
    Goal {
        what,
        limit,
        measured,
        unit: Unit::Ratio,
    }
}

/// The goals as a table in Markdown.
pub(crate) fn goals_table(goals: &[Goal]) -> String {
    let rows = goals.iter().map(|goal| {
        let measured = goal.measured.map(|measured| goal.text(measured));
        let verdict = match goal.holds() {
            Some(true) => "yes",
            Some(false) => "no",
            None => "not measured",
        };
        vec![
            goal.what.clone(),
            format!("≤ {}", goal.text(goal.limit)),
            measured.unwrap_or_else(|| "–".to_owned()),
            verdict.to_owned(),
        ]
    });
    table(
        &["goal", "limit", "measured", "reached"],
        &rows.collect::<Vec<_>>(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn goal_is_reached_up_to_its_limit() {
        let goal = |measured| ratio("a".to_owned(), 0.45, measured);
        assert_eq!(goal(Some(0.45)).holds(), Some(true));
        assert_eq!(goal(Some(0.4501)).holds(), Some(false));
        assert_eq!(goal(None).holds(), None);
    }

    #[test]
    fn goals_compare_with_the_best_peer_of_the_run() {
        let mut samples = Samples::default();
        let mut add = |form, value| {
            samples.add(form, Profile::Slow, Cache::Cold, Metric::FirstField, value);
        };
        add(Form::Loader, 90.0);
        add(Form::Scripted, 90.0);
        add(Form::Hanko, 300.0);
        add(Form::Supabase, 200.0);
        let goals = goals(&samples);
        let find = |start: &str| {
            let goal = goals.iter().find(|goal| goal.what.starts_with(start));
            goal.expect("the goal").clone()
        };
        let peer = find("first field, to the best of the others (Supabase UI)");
        assert_eq!((peer.measured, peer.holds()), (Some(0.45), Some(true)));
        assert_eq!(find("first field, to a small").holds(), Some(true));
        assert_eq!(find("field in the page's HTML").holds(), None);
        assert_eq!(find("all features").measured, None);
    }

    #[test]
    fn layout_shift_of_any_profile_misses_the_goal() {
        let mut samples = Samples::default();
        for (profile, cache, value) in [
            (Profile::Fast, Cache::Cold, 0.0),
            (Profile::Slow, Cache::Warm, 0.02),
        ] {
            samples.add(Form::Loader, profile, cache, Metric::LayoutShift, value);
        }
        let goals = goals(&samples);
        assert_eq!(goals.last().and_then(Goal::holds), Some(false));
    }

    #[test]
    fn table_says_limit_measurement_and_verdict() {
        let goals = [
            ratio("first field".to_owned(), 0.45, Some(0.4)),
            ratio("all features".to_owned(), 1.0, None),
            Goal {
                what: "longest task".to_owned(),
                limit: 50.0,
                measured: Some(1051.0),
                unit: Unit::Milliseconds,
            },
        ];
        assert_eq!(
            goals_table(&goals),
            "| goal | limit | measured | reached |\n\
             |---|---:|---:|---:|\n\
             | first field | ≤ 0.45 × | 0.40 × | yes |\n\
             | all features | ≤ 1.00 × | – | not measured |\n\
             | longest task | ≤ 50 ms | 1,051 ms | no |\n"
        );
    }
}
