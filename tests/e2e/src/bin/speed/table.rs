//! The samples as tables in Markdown.

use std::fmt::Write as _;

use crate::form::Form;
use crate::samples::{Cache, Metric, Profile, Samples};

/// A table with a heading row and alignment: the first column to the left, all others to the right.
pub(crate) fn table(head: &[&str], rows: &[Vec<String>]) -> String {
    let mut text = format!("| {} |\n", head.join(" | "));
    for (index, _) in head.iter().enumerate() {
        text.push_str(if index == 0 { "|---" } else { "|---:" });
    }
    text.push_str("|\n");
    for row in rows {
        let _ = writeln!(text, "| {} |", row.join(" | "));
    }
    text
}

/// What was measured with one profile: a row for each form and a column for each metric that were measured.
pub(crate) fn visits(samples: &Samples, forms: &[Form], profile: Profile, cache: Cache) -> String {
    let is_measured = |form: Form, metric: Metric| {
        let median = samples.median(form, profile, cache, metric);
        median.is_some()
    };
    let mut metrics = Metric::OF_A_VISIT.to_vec();
    metrics.retain(|metric| forms.iter().any(|form| is_measured(*form, *metric)));
    let mut forms = forms.to_vec();
    forms.retain(|form| metrics.iter().any(|metric| is_measured(*form, *metric)));
    let mut head = vec!["form"];
    head.extend(metrics.iter().map(|metric| metric.name()));
    let rows = forms.into_iter().map(|form| {
        let cells = metrics.iter();
        let cells = cells.map(|metric| cell(samples, form, profile, cache, *metric));
        std::iter::once(form.name().to_owned())
            .chain(cells)
            .collect()
    });
    table(&head, &rows.collect::<Vec<_>>())
}

/// The time until the session is known, a row for each form that keeps one.
pub(crate) fn sessions(samples: &Samples, forms: &[Form]) -> String {
    let metric = Metric::Session;
    let rows = forms.iter().filter_map(|form| {
        samples.median(*form, Profile::Slow, Cache::Warm, metric)?;
        Some(vec![
            form.name().to_owned(),
            cell(samples, *form, Profile::Slow, Cache::Warm, metric),
        ])
    });
    table(&["form", metric.name()], &rows.collect::<Vec<_>>())
}

/// A median, and the interquartile range where the samples of a time differ.
fn cell(samples: &Samples, form: Form, profile: Profile, cache: Cache, metric: Metric) -> String {
    let Some(median) = samples.median(form, profile, cache, metric) else {
        return "–".to_owned();
    };
    let text = number(median, metric.decimals());
    let spread = samples.spread(form, profile, cache, metric);
    let is_time = matches!(metric, Metric::FirstField | Metric::Full | Metric::Session);
    match spread {
        Some(spread) if is_time && spread >= 0.5 => format!("{text} ± {spread:.0}"),
        _ => text,
    }
}

/// A number with commas between groups of three digits. Zero has no decimals.
pub(crate) fn number(value: f64, decimals: usize) -> String {
    let text = format!("{value:.decimals$}");
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let mut grouped = String::new();
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    if fraction.bytes().all(|digit| digit == b'0') && whole == "0" || fraction.is_empty() {
        grouped
    } else {
        format!("{grouped}.{fraction}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_groups_and_the_decimals_of_their_metric() {
        assert_eq!(number(0.0, 3), "0");
        assert_eq!(number(0.0421, 3), "0.042");
        assert_eq!(number(999.6, 0), "1,000");
        assert_eq!(number(1_234_567.0, 0), "1,234,567");
        assert_eq!(number(12.0, 1), "12.0");
    }

    #[test]
    fn table_of_visits_has_a_row_and_a_column_for_all_that_was_measured() {
        let mut samples = Samples::default();
        for (form, time, bytes) in [
            (Form::Plain, 300.4, 900.0),
            (Form::Plain, 302.4, 900.0),
            (Form::Hanko, 1240.0, 52_000.0),
        ] {
            let mut add = |metric, value| {
                samples.add(form, Profile::Slow, Cache::Cold, metric, value);
            };
            add(Metric::FirstField, time);
            add(Metric::Bytes, bytes);
        }
        let forms = [Form::Plain, Form::Hanko, Form::Stytch];
        assert_eq!(
            visits(&samples, &forms, Profile::Slow, Cache::Cold),
            "| form | first field, ms | bytes |\n\
             |---|---:|---:|\n\
             | plain HTML | 301 ± 1 | 900 |\n\
             | Hanko | 1,240 | 52,000 |\n"
        );
    }

    #[test]
    fn table_of_sessions_leaves_out_forms_without_one() {
        let mut samples = Samples::default();
        let add = |samples: &mut Samples, form, value| {
            samples.add(form, Profile::Slow, Cache::Warm, Metric::Session, value);
        };
        add(&mut samples, Form::Loader, 200.0);
        let text = sessions(&samples, &[Form::Plain, Form::Loader]);
        assert_eq!(
            text,
            "| form | session known, ms |\n|---|---:|\n| ae-login | 200 |\n"
        );
    }
}
