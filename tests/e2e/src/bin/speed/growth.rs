//! How the cost of the widget grows: with each language, with each element on a page, and with each tab.

use ae_e2e::driver::{Driver, Speed};
use ae_e2e::statistics::median;
use serde_json::json;
use xtask::site::Served;
use xtask::size_budget;

use crate::form::{
    ELEMENTS, EMPTY_PAGE, LANGUAGES, PAGE, dist_files, elements_path, language_path,
};
use crate::samples::{Cache, Metric, Profile};
use crate::table::{number, table};
use crate::visit::{visit, wait};

/// How many tabs are open.
const TABS: [usize; 3] = [1, 5, 10];

/// Everything that was measured.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Growth {
    languages: Languages,
    /// For each number of elements: until the last one is ready in milliseconds, and processor time of the main thread.
    elements: Vec<(usize, f64, f64)>,
    /// For each number of tabs: the memory of the browser with the widget and with plain HTML, in MiB.
    tabs: Vec<(usize, f64, f64)>,
}

/// The cost of languages.
#[derive(Debug, Default, PartialEq)]
struct Languages {
    /// How many there are besides English.
    count: usize,
    /// The bytes of a file in the middle and of the largest one, after brotli 11.
    median: f64,
    largest: f64,
    /// Until the form has all features, in English and in the language with the largest file, in milliseconds.
    english: f64,
    other: f64,
}

/// Measures with so many samples of each time.
///
/// # Errors
/// If the browser fails, or a form does not become usable.
pub(crate) async fn measure(
    driver: &Driver,
    widget: &Served,
    plain: &Served,
    rounds: usize,
) -> Result<Growth, String> {
    let elements = elements(driver, widget, rounds).await?;
    Ok(Growth {
        languages: languages(driver, widget, rounds).await?,
        elements,
        tabs: tabs(widget, plain).await?,
    })
}

async fn languages(driver: &Driver, widget: &Served, rounds: usize) -> Result<Languages, String> {
    let mut sizes = Vec::new();
    for (name, bytes) in dist_files()? {
        if size_budget::is_language(&name) {
            let size = size_budget::measure(&bytes).map_err(|problem| problem.to_string())?;
            #[expect(clippy::cast_precision_loss, reason = "a few thousand bytes")]
            sizes.push(size.brotli as f64);
        }
    }
    let mut times = [Vec::new(), Vec::new()];
    for _ in 0..rounds {
        for (language, times) in LANGUAGES.into_iter().zip(&mut times) {
            let path = language_path(language);
            let origin = widget.origin();
            let measured = visit(driver, &origin, &path, Profile::Slow, Cache::Cold, 1).await?;
            let full = measured.iter().find(|(metric, _)| *metric == Metric::Full);
            times.extend(full.map(|(_, sample)| *sample));
        }
    }
    let [english, other] = times.map(|times| median(&times).unwrap_or_default());
    Ok(Languages {
        count: sizes.len(),
        median: median(&sizes).unwrap_or_default(),
        largest: sizes.iter().copied().fold(0.0, f64::max),
        english,
        other,
    })
}

async fn elements(
    driver: &Driver,
    widget: &Served,
    rounds: usize,
) -> Result<Vec<(usize, f64, f64)>, String> {
    let origin = widget.origin();
    let mut samples = vec![(Vec::new(), Vec::new()); ELEMENTS.len()];
    driver.set_speed(Speed::Full).await?;
    for _ in 0..rounds {
        for (count, (times, processor)) in ELEMENTS.into_iter().zip(&mut samples) {
            driver.open(&format!("{origin}{EMPTY_PAGE}")).await?;
            driver.evaluate("sessionStorage.clear()").await?;
            let before = driver.metrics().await?;
            driver
                .open(&format!("{origin}{}", elements_path(count)))
                .await?;
            let loaded = wait(driver, count).await?;
            let after = driver.metrics().await?;
            let spent = |metrics: &std::collections::HashMap<String, f64>| {
                metrics.get("TaskDuration").copied().unwrap_or_default() * 1000.0
            };
            times.push(loaded["full"].as_f64().unwrap_or_default());
            processor.push(spent(&after) - spent(&before));
        }
    }
    let medians = ELEMENTS.into_iter().zip(&samples);
    let medians = medians.map(|(count, (times, processor))| {
        let of = |samples: &[f64]| median(samples).unwrap_or_default();
        (count, of(times), of(processor))
    });
    Ok(medians.collect())
}

async fn tabs(widget: &Served, plain: &Served) -> Result<Vec<(usize, f64, f64)>, String> {
    let mut memories = Vec::new();
    for (page, elements) in [(widget, 1), (plain, 0)] {
        // A browser of its own, so that nothing of other pages is left in its processes.
        let driver = Driver::start(crate::WATCH).await?;
        let mut memory = Vec::new();
        let mut open = 0;
        for count in TABS {
            while open < count {
                if open > 0 {
                    driver.open_tab().await?;
                }
                driver.open(&format!("{}{PAGE}", page.origin())).await?;
                wait(&driver, elements).await?;
                open += 1;
            }
            driver
                .send("HeapProfiler.collectGarbage", json!({}))
                .await?;
            #[expect(clippy::cast_precision_loss, reason = "a few thousand MiB")]
            memory.push(driver.memory() as f64);
        }
        memories.push(memory);
    }
    let [widget, plain] = &memories[..] else {
        return Err("two pages were measured".to_owned());
    };
    let rows = TABS.into_iter().zip(widget.iter().zip(plain));
    Ok(rows
        .map(|(count, (widget, plain))| (count, *widget, *plain))
        .collect())
}

impl Growth {
    /// The tables in Markdown.
    pub(crate) fn text(&self) -> String {
        let Languages {
            count,
            median,
            largest,
            english,
            other,
        } = &self.languages;
        let languages = table(
            &["a language", ""],
            &[
                vec!["languages besides English".to_owned(), count.to_string()],
                vec!["bytes of its file, median".to_owned(), number(*median, 0)],
                vec!["bytes of its file, at most".to_owned(), number(*largest, 0)],
                vec![
                    "all features in English, ms".to_owned(),
                    number(*english, 0),
                ],
                vec![
                    "all features in the language with the largest file, ms".to_owned(),
                    number(*other, 0),
                ],
            ],
        );
        let elements = self.elements.iter().map(|(count, time, processor)| {
            #[expect(clippy::cast_precision_loss, reason = "a few hundred elements")]
            let each = processor / *count as f64;
            vec![
                count.to_string(),
                number(*time, 0),
                number(*processor, 0),
                number(each, 1),
            ]
        });
        let elements = table(
            &[
                "elements on a page",
                "the last one is ready, ms",
                "processor time, ms",
                "of that each, ms",
            ],
            &elements.collect::<Vec<_>>(),
        );
        let first = self.tabs.first().copied().unwrap_or_default();
        let tabs = self.tabs.iter().map(|(count, widget, plain)| {
            let (own, others) = (widget - first.1, plain - first.2);
            #[expect(clippy::cast_precision_loss, reason = "a few tabs")]
            let each = (own - others) / (count - first.0).max(1) as f64;
            vec![
                count.to_string(),
                number(*widget, 0),
                number(*plain, 0),
                if *count == first.0 {
                    "–".to_owned()
                } else {
                    number(each, 1)
                },
            ]
        });
        let tabs = table(
            &[
                "tabs",
                "browser, MiB",
                "browser with plain HTML, MiB",
                "each further tab more than plain HTML, MiB",
            ],
            &tabs.collect::<Vec<_>>(),
        );
        format!("{languages}\n{elements}\n{tabs}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_show_the_cost_of_each_element_and_of_each_further_tab() {
        let growth = Growth {
            languages: Languages {
                count: 70,
                median: 1500.0,
                largest: 1893.0,
                english: 900.0,
                other: 1000.0,
            },
            elements: vec![(1, 150.0, 60.0), (100, 400.0, 360.0)],
            tabs: vec![(1, 300.0, 290.0), (5, 340.0, 310.0)],
        };
        let text = growth.text();
        for row in [
            "| bytes of its file, at most | 1,893 |",
            "| 1 | 150 | 60 | 60.0 |",
            "| 100 | 400 | 360 | 3.6 |",
            "| 1 | 300 | 290 | – |",
            "| 5 | 340 | 310 | 5.0 |",
        ] {
            assert!(text.contains(row), "{row}\n{text}");
        }
    }
}
