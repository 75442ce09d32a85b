//! The picture of a run: for each form a bar that ends when it has all features, and a darker part that begins with its first field.

use std::fmt::Write as _;

use crate::form::Form;
use crate::samples::{Cache, Metric, Profile, Samples};
use crate::table::number;

/// The width of the picture, of the names, and of the space behind the longest bar for its numbers.
const WIDTH: f64 = 720.0;
const NAMES: f64 = 190.0;
const NUMBERS: f64 = 90.0;
/// The height of everything above the bars, of a row, of a bar, and of the axis below.
const HEAD: f64 = 64.0;
const ROW: f64 = 34.0;
const BAR: f64 = 18.0;
const AXIS: f64 = 40.0;

const STYLE: &str = "text{font:13px system-ui,sans-serif;fill:#1f2328}.t{font-size:15px;font-weight:600}.m{fill:#59636e}\
     .n{font-variant-numeric:tabular-nums}.g{stroke:#d1d9e0}.w{fill:#b6d3f7}.f{fill:#0969da}.v{fill:#d0d7de}.u{fill:#6e7781}\
     @media(prefers-color-scheme:dark){text{fill:#f0f6fc}.m{fill:#9198a1}.g{stroke:#3d444d}\
     .w{fill:#1f4a80}.f{fill:#58a6ff}.v{fill:#3d444d}.u{fill:#9198a1}}";

/// A row of the picture. Times are in milliseconds.
#[derive(Debug, Clone, PartialEq)]
struct Bar {
    name: &'static str,
    is_widget: bool,
    first: f64,
    full: f64,
}

/// Draws the first visit with the slow profile.
pub(crate) fn picture(samples: &Samples, forms: &[Form]) -> String {
    let of = |form, metric| samples.median(form, Profile::Slow, Cache::Cold, metric);
    let bars = forms.iter().filter_map(|form| {
        Some(Bar {
            name: form.name(),
            is_widget: form.is_widget(),
            first: of(*form, Metric::FirstField)?,
            full: of(*form, Metric::Full)?,
        })
    });
    draw(&bars.collect::<Vec<_>>())
}

fn draw(bars: &[Bar]) -> String {
    let longest = bars.iter().map(|bar| bar.full).fold(1.0, f64::max);
    let scale = (WIDTH - NAMES - NUMBERS) / longest;
    let x = |time: f64| NAMES + time * scale;
    #[expect(clippy::cast_precision_loss, reason = "a few rows")]
    let rows = bars.len() as f64;
    let bottom = HEAD + rows * ROW;
    let mut svg = format!(
        r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="-12 -8 {} {}" role="img" aria-labelledby="title">
<title id="title">{}</title>
<style>{STYLE}</style>
<text class="t" x="0" y="18">Until a customer can type, on a slow phone</text>
<text class="m" x="0" y="40">Milliseconds of a first visit: 1.6 Mbit/s, 150 ms, processor four times slower. Light bars: until all features are there.</text>
"#,
        WIDTH + 24.0,
        bottom + AXIS + 8.0,
        description(bars)
    );
    for time in ticks(longest) {
        let at = x(time);
        let _ = writeln!(
            svg,
            r#"<line class="g" x1="{at:.1}" y1="{HEAD}" x2="{at:.1}" y2="{bottom}"/>
<text class="m n" x="{at:.1}" y="{:.1}" text-anchor="middle">{}</text>"#,
            bottom + 20.0,
            number(time, 0)
        );
    }
    let mut top = HEAD;
    for bar in bars {
        let (whole, first) = if bar.is_widget {
            ("w", "f")
        } else {
            ("v", "u")
        };
        let (y, baseline) = (top + (ROW - BAR) / 2.0, top + ROW / 2.0 + 4.5);
        let _ = writeln!(
            svg,
            r#"<text x="0" y="{baseline:.1}">{}</text>
<rect class="{whole}" x="{NAMES}" y="{y:.1}" width="{:.1}" height="{BAR}" rx="3"/>
<rect class="{first}" x="{NAMES}" y="{y:.1}" width="{:.1}" height="{BAR}" rx="3"/>
<text class="n" x="{:.1}" y="{baseline:.1}">{}</text>"#,
            bar.name,
            bar.full * scale,
            bar.first * scale,
            x(bar.full) + 8.0,
            times(bar)
        );
        top += ROW;
    }
    svg.push_str("</svg>\n");
    svg
}

/// The times of a row: one number if the moments differ by less than a hundredth.
fn times(bar: &Bar) -> String {
    let (first, full) = (number(bar.first, 0), number(bar.full, 0));
    if bar.full - bar.first < bar.full / 100.0 {
        full
    } else {
        format!("{first} / {full}")
    }
}

/// The picture in words, for people who do not see it.
fn description(bars: &[Bar]) -> String {
    let mut text = "Milliseconds until the first field, and until all features:".to_owned();
    for bar in bars {
        let _ = write!(text, " {} {};", bar.name, times(bar));
    }
    text
}

/// The times on the axis: round numbers from 0 on, four to eight of them.
fn ticks(longest: f64) -> Vec<f64> {
    let mut step = 10.0;
    for factor in [2.0, 2.5, 2.0].into_iter().cycle() {
        if longest / step < 7.0 {
            break;
        }
        step *= factor;
    }
    let mut ticks = vec![0.0];
    while let Some(last) = ticks.last()
        && last + step <= longest
    {
        ticks.push(last + step);
    }
    ticks
}

#[cfg(test)]
mod tests {
    use super::*;

    const BARS: [Bar; 2] = [
        Bar {
            name: "ae-login",
            is_widget: true,
            first: 460.0,
            full: 920.0,
        },
        Bar {
            name: "Hanko",
            is_widget: false,
            first: 1240.0,
            full: 1240.0,
        },
    ];

    #[test]
    fn bars_are_as_long_as_their_times() {
        let svg = draw(&BARS);
        // The longest bar takes all the space: 720 - 190 - 90.
        assert!(
            svg.contains(r#"class="v" x="190" y="106.0" width="440.0""#),
            "{svg}"
        );
        assert!(
            svg.contains(r#"class="w" x="190" y="72.0" width="326.5""#),
            "{svg}"
        );
        assert!(
            svg.contains(r#"class="f" x="190" y="72.0" width="163.2""#),
            "{svg}"
        );
    }

    #[test]
    fn title_says_every_time_in_words() {
        let expected = "Milliseconds until the first field, and until all features: ae-login 460 / 920; Hanko 1,240;";
        assert_eq!(description(&BARS), expected);
        assert!(draw(&BARS).contains(expected));
    }

    #[test]
    fn moments_that_hardly_differ_are_one_number() {
        let bar = |first, full| Bar {
            first,
            full,
            ..BARS[0].clone()
        };
        assert_eq!(times(&bar(999.0, 1000.0)), "1,000");
        assert_eq!(times(&bar(980.0, 1000.0)), "980 / 1,000");
    }

    #[test]
    fn axis_has_four_to_eight_round_numbers() {
        assert_eq!(
            ticks(1240.0),
            [0.0, 200.0, 400.0, 600.0, 800.0, 1000.0, 1200.0]
        );
        for longest in [12.0, 59.0, 150.0, 900.0, 1400.0, 3700.0, 20_000.0] {
            let count = ticks(longest).len();
            assert!((2..=8).contains(&count), "{longest}: {count}");
        }
    }

    #[test]
    fn picture_has_a_row_for_each_measured_form() {
        let mut samples = Samples::default();
        for metric in [Metric::FirstField, Metric::Full] {
            samples.add(Form::Plain, Profile::Slow, Cache::Cold, metric, 300.0);
        }
        let svg = picture(&samples, &[Form::Plain, Form::Stytch]);
        assert!(svg.contains("plain HTML"));
        assert!(!svg.contains("Stytch"));
        assert!(!svg.contains("NaN"));
    }
}
