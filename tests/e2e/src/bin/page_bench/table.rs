//! The samples of every build, and the table that is printed of them.

use std::fmt::Write as _;

use ae_e2e::statistics::{Ratio, median, spread};

/// Samples by heading, by name, and by build.
#[derive(Debug)]
pub(crate) struct Table {
    /// The names of the builds. The new one comes first.
    builds: Vec<String>,
    rows: Vec<Row>,
}

#[derive(Debug)]
struct Row {
    heading: &'static str,
    name: String,
    /// One list for each build.
    samples: Vec<Vec<f64>>,
}

impl Table {
    /// An empty table of these builds.
    pub(crate) fn new(builds: Vec<String>) -> Self {
        Self {
            builds,
            rows: Vec::new(),
        }
    }

    /// Adds a sample of a build, given by its index. Rows are in the order in which they were first added.
    pub(crate) fn add(&mut self, heading: &'static str, name: &str, build: usize, sample: f64) {
        let found = self
            .rows
            .iter()
            .position(|row| row.heading == heading && row.name == name);
        let index = found.unwrap_or_else(|| {
            self.rows.push(Row {
                heading,
                name: name.to_owned(),
                samples: vec![Vec::new(); self.builds.len()],
            });
            self.rows.len() - 1
        });
        let row = self.rows.get_mut(index);
        if let Some(samples) = row.and_then(|row| row.samples.get_mut(build)) {
            samples.push(sample);
        }
    }

    /// The table as text: for every build median and spread, and for every old build the ratio with its quartiles.
    pub(crate) fn text(&self) -> String {
        let mut text = String::new();
        let mut heading = "";
        for row in &self.rows {
            if row.heading != heading {
                heading = row.heading;
                let _ = writeln!(text, "\n{}", self.head(heading));
            }
            let _ = write!(text, "  {:<44}", row.name);
            for samples in &row.samples {
                let _ = write!(text, "{:>20}", cell(samples));
            }
            if let Some((new, old)) = row.samples.split_first() {
                for old in old {
                    let _ = write!(text, "{:>22}", ratio(new, old));
                }
            }
            text.push('\n');
        }
        text
    }

    fn head(&self, heading: &str) -> String {
        let mut head = format!("{heading:<46}");
        for build in &self.builds {
            let _ = write!(head, "{build:>20}");
        }
        if let Some((new, old)) = self.builds.split_first() {
            for old in old {
                let _ = write!(head, "{:>22}", format!("{new}/{old}"));
            }
        }
        head
    }
}

fn cell(samples: &[f64]) -> String {
    match (median(samples), spread(samples)) {
        (Some(median), Some(_)) if samples.len() == 1 => number(median),
        (Some(median), Some(spread)) => format!("{} ±{}", number(median), number(spread)),
        _ => "none".to_owned(),
    }
}

fn ratio(new: &[f64], old: &[f64]) -> String {
    match Ratio::new(new, old) {
        Some(ratio) if new.len() == 1 => format!("{:.3}", ratio.median),
        Some(Ratio { median, low, high }) => format!("{median:.2} ({low:.2} to {high:.2})"),
        None => "none".to_owned(),
    }
}

/// Whole numbers have no decimals, others have one.
fn number(value: f64) -> String {
    if value.fract().abs() < 1e-9 {
        format!("{value:.0}")
    } else {
        format!("{value:.1}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn row_has_median_spread_and_ratio() {
        let mut table = Table::new(vec!["new".to_owned(), "old".to_owned()]);
        for (new, old) in [(10.0, 20.0), (30.0, 20.0), (20.5, 20.0)] {
            table.add("Time", "until the field, ms", 0, new);
            table.add("Time", "until the field, ms", 1, old);
        }
        table.add("Bytes", "ae-login.js", 0, 900.0);
        table.add("Bytes", "ae-login.js", 1, 1000.0);
        let text = table.text();
        let lines: Vec<Vec<&str>> = text
            .lines()
            .filter(|line| !line.is_empty())
            .map(|line| line.split("  ").filter(|cell| !cell.is_empty()))
            .map(|cells| cells.map(str::trim).collect())
            .collect();
        assert_eq!(
            lines,
            [
                vec!["Time", "new", "old", "new/old"],
                vec![
                    "until the field, ms",
                    "20.5 ±10",
                    "20 ±0",
                    "1.02 (0.76 to 1.26)"
                ],
                vec!["Bytes", "new", "old", "new/old"],
                vec!["ae-login.js", "900", "1000", "0.900"],
            ]
        );
    }

    #[test]
    fn row_missing_in_one_build_has_no_ratio() {
        let mut table = Table::new(vec!["new".to_owned(), "old".to_owned()]);
        table.add("Bytes", "more.js", 0, 1.0);
        let text = table.text();
        let row = text.lines().last().unwrap_or_default();
        let cells: Vec<&str> = row.split_whitespace().collect();
        assert_eq!(cells, ["more.js", "1", "none", "none"]);
    }

    #[test]
    fn single_build_has_no_ratio_column() {
        let mut table = Table::new(vec!["dist".to_owned()]);
        table.add("Bytes", "ae-login.js", 0, 5.0);
        let cells: Vec<String> = table.text().split_whitespace().map(str::to_owned).collect();
        assert_eq!(cells, ["Bytes", "dist", "ae-login.js", "5"]);
    }
}
