//! The contrast (WCAG 2.2, 1.4.3 and 1.4.11) of the default colours and of each theme, in light and dark schemes, and in browsers
//! without `light-dark()` and `color-mix()`. All colours are computed from the style sheets.

use std::collections::BTreeMap;

/// The least contrast of text (WCAG 2.2, 1.4.3).
const TEXT: f64 = 4.5;
/// The least contrast of borders, focus rings and icons (WCAG 2.2, 1.4.11).
const GRAPHICS: f64 = 3.0;

/// Foreground colours, their background colours, and the least contrast between them. `tint(x)` is the background of a notice whose
/// tone is x.
const PAIRS: [(&[&str], &[&str], f64); 9] = [
    (
        &["text", "muted", "link", "error", "success"],
        &["surface", "tint(notice)", "tint(error)", "tint(success)"],
        TEXT,
    ),
    (&["on-accent"], &["accent", "accent-hover"], TEXT),
    (&["on-disabled"], &["disabled"], TEXT),
    // The value, the placeholder, the dial code and the button "Show".
    (&["field-text", "muted", "text", "link"], &["field"], TEXT),
    (&["border", "error"], &["surface", "field"], GRAPHICS),
    // The focus ring of a field or a button is drawn on the surface, and that of a button inside a field on the field.
    (&["focus"], &["surface", "field"], GRAPHICS),
    // A button has no border, so that its background must stand out.
    (&["accent", "accent-hover"], &["surface"], GRAPHICS),
    (&["notice", "error", "success"], &["surface"], GRAPHICS),
    // The icon of a notice is drawn on the tint.
    (&["notice"], &["tint(notice)"], GRAPHICS),
];

#[derive(Debug, Clone, Copy, PartialEq)]
enum Scheme {
    Light,
    Dark,
    /// The rules in `@supports not`.
    Fallback,
}

#[test]
fn default_colours_have_enough_contrast() {
    let too_low = too_low(Styles::by_default, |least| least);
    assert!(too_low.is_empty(), "{too_low:#?}");
}

#[test]
fn each_theme_has_enough_contrast() {
    let themes = themes();
    assert_eq!(themes.len(), 5);
    for (name, sheet) in themes {
        let too_low = too_low(|scheme| Styles::of(&sheet, scheme), |least| least);
        assert!(too_low.is_empty(), "{name}: {too_low:#?}");
    }
}

#[test]
fn texts_of_the_high_contrast_theme_have_a_contrast_of_7() {
    let sheet = read("style/themes/high-contrast.css");
    let seven = |least| if least == TEXT { 7.0 } else { least };
    let too_low = too_low(|scheme| Styles::of(&sheet, scheme), seven);
    assert!(too_low.is_empty(), "{too_low:#?}");
}

/// Descriptions of the pairs with less contrast than they need.
fn too_low(styles: impl Fn(Scheme) -> Styles, needed: impl Fn(f64) -> f64) -> Vec<String> {
    let mut too_low = Vec::new();
    for scheme in [Scheme::Light, Scheme::Dark, Scheme::Fallback] {
        let styles = styles(scheme);
        for (foregrounds, backgrounds, least) in PAIRS {
            let least = needed(least);
            for (foreground, background) in pairs(foregrounds, backgrounds) {
                let contrast = styles.contrast(foreground, background);
                if contrast < least {
                    too_low.push(format!(
                        "{foreground} on {background}, {scheme:?}: {contrast:.2} of {least}"
                    ));
                }
            }
        }
    }
    too_low
}

/// The style sheet of each theme, by name.
fn themes() -> BTreeMap<String, String> {
    let folder = format!("{}/style/themes", env!("CARGO_MANIFEST_DIR"));
    let files = std::fs::read_dir(folder).expect("a folder of themes");
    let names = files.map(|file| file.expect("a file").file_name());
    let names = names.map(|name| name.into_string().expect("a name"));
    names
        .map(|name| {
            let sheet = read(&format!("style/themes/{name}"));
            (name, sheet)
        })
        .collect()
}

#[test]
fn contrast_is_computed_as_wcag_and_css_color_define_it() {
    let of = |foreground: &str, background: &str| {
        let values = [
            ("--ae-a", foreground),
            ("--ae-b", background),
            ("--ae-surface", "#fff"),
        ];
        let values = values.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let styles = Styles {
            scheme: Scheme::Dark,
            values: values.into(),
            tint: String::new(),
        };
        format!("{:.2}", styles.contrast("a", "b"))
    };
    assert_eq!(of("#000", "#ffffff"), "21.00");
    assert_eq!(of("#777", "#fff"), "4.48");
    assert_eq!(of("light-dark(#fff, #000)", "var(--ae-surface)"), "21.00");
    for grey in [
        "color-mix(in srgb, #000, #666)",
        "color-mix(in srgb, #fff 20%, #000)",
        "color-mix(in srgb, #000, #fff 20%)",
        "color-mix(in srgb, #000 80%, transparent)",
        "#000000cc",
    ] {
        assert_eq!(of(grey, "#fff"), of("#333", "#fff"), "{grey}");
    }
}

fn pairs<'a>(
    foregrounds: &'a [&'a str],
    backgrounds: &'a [&'a str],
) -> impl Iterator<Item = (&'a str, &'a str)> {
    let all = foregrounds.iter();
    all.flat_map(|foreground| {
        backgrounds
            .iter()
            .map(|background| (*foreground, *background))
    })
}

/// Red, green, blue and opacity, each from 0 to 1.
type Colour = [f64; 4];

struct Styles {
    scheme: Scheme,
    values: BTreeMap<String, String>,
    /// The background of a notice, as an expression of its tone.
    tint: String,
}

impl Styles {
    fn by_default(scheme: Scheme) -> Self {
        let tokens = read("style/tokens.css");
        let (first, second) = tokens.split_once("@supports not").expect("two rules");
        let mut values = declared(first);
        let widget = read("style/widget.css");
        let (_, notice) = widget.split_once("[part~=\"notice\"] {").expect("a notice");
        let (_, tint) = notice.split_once("background: ").expect("its background");
        let (tint, _) = tint.split_once(';').expect("its end");
        let mut tint = tint.to_owned();
        if scheme == Scheme::Fallback {
            values.extend(declared(second));
            // Browsers without `color-mix()` have no tint.
            "transparent".clone_into(&mut tint);
        }
        Self {
            scheme,
            values,
            tint,
        }
    }

    /// The defaults, overridden by a theme.
    fn of(theme: &str, scheme: Scheme) -> Self {
        let mut styles = Self::by_default(scheme);
        let (first, second) = theme.split_once("@supports not").unwrap_or((theme, ""));
        styles.values.extend(declared(first));
        if scheme == Scheme::Fallback {
            styles.values.extend(declared(second));
        }
        styles
    }

    fn contrast(&self, foreground: &str, background: &str) -> f64 {
        let background = draw_over(self.colour_named(background), self.colour_named("surface"));
        let [foreground, background] = [
            draw_over(self.colour_named(foreground), background),
            background,
        ]
        .map(luminance);
        (foreground.max(background) + 0.05) / (foreground.min(background) + 0.05)
    }

    fn colour_named(&self, name: &str) -> Colour {
        let tone = name
            .strip_prefix("tint(")
            .and_then(|it| it.strip_suffix(')'));
        match tone {
            Some(tone) => self.colour(&self.tint.replace("--ae-tone", &format!("--ae-{tone}"))),
            None => self.colour(&format!("var(--ae-{name})")),
        }
    }

    fn colour(&self, value: &str) -> Colour {
        let (function, inside) = match value.split_once('(') {
            Some((function, rest)) => (function, rest.strip_suffix(')').expect(value)),
            None => (value, ""),
        };
        match (function, &arguments(inside)[..]) {
            ("var", [name]) => self.colour(self.values.get(*name).expect(name)),
            ("light-dark", [light, dark]) => {
                assert!(
                    self.scheme != Scheme::Fallback,
                    "{value} is not supported there"
                );
                self.colour(if self.scheme == Scheme::Dark {
                    dark
                } else {
                    light
                })
            }
            ("color-mix", ["in srgb", one, other]) => {
                assert!(
                    self.scheme != Scheme::Fallback,
                    "{value} is not supported there"
                );
                let ((one, share), (other, rest)) =
                    (colour_and_share(one), colour_and_share(other));
                let share = share.or(rest.map(|rest| 1.0 - rest)).unwrap_or(0.5);
                mix(self.colour(one), self.colour(other), share)
            }
            ("transparent", _) => [0.0; 4],
            _ => hexadecimal(value.strip_prefix('#').expect(value)),
        }
    }
}

/// Splits a text at commas outside brackets.
fn arguments(text: &str) -> Vec<&str> {
    let mut depth = 0;
    let parts = text.split(|letter| {
        depth += i32::from(letter == '(') - i32::from(letter == ')');
        letter == ',' && depth == 0
    });
    parts.map(str::trim).collect()
}

/// A colour of `color-mix()`, and its percentage as a number from 0 to 1.
fn colour_and_share(part: &str) -> (&str, Option<f64>) {
    let share = |(colour, share): (_, &str)| {
        let percent: f64 = share.strip_suffix('%')?.parse().ok()?;
        Some((colour, Some(percent / 100.0)))
    };
    part.rsplit_once(' ')
        .and_then(share)
        .unwrap_or((part, None))
}

/// Mixes two colours as CSS Color 5 defines it, weighted by opacity.
fn mix(one: Colour, other: Colour, share: f64) -> Colour {
    let between = |one: f64, other: f64| one * share + other * (1.0 - share);
    let opacity = between(one[3], other[3]);
    let channel = |at: usize| between(one[at] * one[3], other[at] * other[3]) / opacity;
    [channel(0), channel(1), channel(2), opacity]
}

/// The colour of a foreground that is drawn on an opaque background.
fn draw_over(foreground: Colour, background: Colour) -> Colour {
    let channel =
        |at: usize| foreground[at] * foreground[3] + background[at] * (1.0 - foreground[3]);
    [channel(0), channel(1), channel(2), 1.0]
}

/// The relative luminance (WCAG 2.2).
fn luminance([red, green, blue, _]: Colour) -> f64 {
    let [red, green, blue] = [red, green, blue].map(|it| {
        if it <= 0.04045 {
            it / 12.92
        } else {
            ((it + 0.055) / 1.055).powf(2.4)
        }
    });
    0.2126 * red + 0.7152 * green + 0.0722 * blue
}

fn hexadecimal(digits: &str) -> Colour {
    let size = if digits.len() < 6 { 1 } else { 2 };
    let mut colour = [1.0; 4];
    for (channel, digits) in colour.iter_mut().zip(digits.as_bytes().chunks(size)) {
        let digits = std::str::from_utf8(digits)
            .expect("digits")
            .repeat(3 - size);
        *channel = f64::from(u8::from_str_radix(&digits, 16).expect("two digits")) / 255.0;
    }
    colour
}

/// The values of all custom properties in a style sheet, by name.
fn declared(sheet: &str) -> BTreeMap<String, String> {
    let lines = sheet.lines().filter_map(|line| line.split_once(';'));
    let lines = lines.filter_map(|(line, _)| line.trim().split_once(": "));
    let own = lines.filter(|(name, _)| name.starts_with("--ae-"));
    own.map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}

fn read(path: &str) -> String {
    let whole = format!("{}/{path}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(&whole).expect(&whole)
}
