//! Computes whether people can read the default colours and those of the themes: for light pages, for dark ones, and for browsers
//! that know neither `light-dark()` nor `color-mix()`. Whatever a colour is made of is worked out from the style sheets themselves.

use std::collections::BTreeMap;

/// Words, by WCAG 2.2 1.4.3.
const TEXT: f64 = 4.5;
/// Edges, rings and marks, by 1.4.11.
const MARK: f64 = 3.0;

/// What lies on what, and the least contrast between the two. `tint(x)` is the ground of a notice whose tone is x.
const PAIRS: [(&[&str], &[&str], f64); 9] = [
    (
        &["text", "muted", "link", "error", "success"],
        &["surface", "tint(notice)", "tint(error)", "tint(success)"],
        TEXT,
    ),
    (&["on-accent"], &["accent", "accent-hover"], TEXT),
    (&["on-disabled"], &["disabled"], TEXT),
    // What is typed, what stands there before, the country's dial code, and "Show".
    (&["field-text", "muted", "text", "link"], &["field"], TEXT),
    (&["border", "error"], &["surface", "field"], MARK),
    // Around a field and a button it lies on the surface, around what is inside of a field on that.
    (&["focus"], &["surface", "field"], MARK),
    // Without an edge, a button is known by its ground.
    (&["accent", "accent-hover"], &["surface"], MARK),
    (&["notice", "error", "success"], &["surface"], MARK),
    // The mark of a notice stands on its tint as well.
    (&["notice"], &["tint(notice)"], MARK),
];

#[derive(Debug, Clone, Copy, PartialEq)]
enum Scheme {
    Light,
    Dark,
    /// As `@supports not` has it.
    Plain,
}

#[test]
fn everybody_can_read_the_default_colours() {
    let faint = faint(Looks::by_default, |least| least);
    assert!(faint.is_empty(), "{faint:#?}");
}

#[test]
fn everybody_can_read_every_theme() {
    let themes = themes();
    assert_eq!(themes.len(), 5);
    for (name, sheet) in themes {
        let faint = faint(|scheme| Looks::of(&sheet, scheme), |least| least);
        assert!(faint.is_empty(), "{name}: {faint:#?}");
    }
}

#[test]
fn in_high_contrast_words_have_seven_to_one() {
    let sheet = read("style/themes/high-contrast.css");
    let more = |least| if least == TEXT { 7.0 } else { least };
    let faint = faint(|scheme| Looks::of(&sheet, scheme), more);
    assert!(faint.is_empty(), "{faint:#?}");
}

/// The pairs with less contrast than they need, in words.
fn faint(looks: impl Fn(Scheme) -> Looks, needed: impl Fn(f64) -> f64) -> Vec<String> {
    let mut faint = Vec::new();
    for scheme in [Scheme::Light, Scheme::Dark, Scheme::Plain] {
        let looks = looks(scheme);
        for (fronts, grounds, least) in PAIRS {
            let least = needed(least);
            for (front, ground) in pairs(fronts, grounds) {
                let contrast = looks.contrast(front, ground);
                if contrast < least {
                    faint.push(format!(
                        "{front} on {ground}, {scheme:?}: {contrast:.2} of {least}"
                    ));
                }
            }
        }
    }
    faint
}

/// Every theme by name, with its sheet.
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
fn contrast_is_as_the_standard_has_it() {
    let of = |front: &str, ground: &str| {
        let values = [
            ("--ae-a", front),
            ("--ae-b", ground),
            ("--ae-surface", "#fff"),
        ];
        let values = values.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let looks = Looks {
            scheme: Scheme::Dark,
            values: values.into(),
            tint: String::new(),
        };
        format!("{:.2}", looks.contrast("a", "b"))
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
    fronts: &'a [&'a str],
    grounds: &'a [&'a str],
) -> impl Iterator<Item = (&'a str, &'a str)> {
    let all = fronts.iter();
    all.flat_map(|front| grounds.iter().map(|ground| (*front, *ground)))
}

/// Red, green, blue and opacity, each from 0 to 1.
type Colour = [f64; 4];

struct Looks {
    scheme: Scheme,
    values: BTreeMap<String, String>,
    /// How a notice's ground is made of its tone.
    tint: String,
}

impl Looks {
    fn by_default(scheme: Scheme) -> Self {
        let tokens = read("style/tokens.css");
        let (first, second) = tokens.split_once("@supports not").expect("two rules");
        let mut values = declared(first);
        let widget = read("style/widget.css");
        let (_, notice) = widget.split_once("[part~=\"notice\"] {").expect("a notice");
        let (_, tint) = notice.split_once("background: ").expect("its ground");
        let (tint, _) = tint.split_once(';').expect("its end");
        let mut tint = tint.to_owned();
        if scheme == Scheme::Plain {
            values.extend(declared(second));
            // Those that cannot mix colours do without.
            "transparent".clone_into(&mut tint);
        }
        Self {
            scheme,
            values,
            tint,
        }
    }

    /// The defaults under a theme.
    fn of(theme: &str, scheme: Scheme) -> Self {
        let mut looks = Self::by_default(scheme);
        let (first, second) = theme.split_once("@supports not").unwrap_or((theme, ""));
        looks.values.extend(declared(first));
        if scheme == Scheme::Plain {
            looks.values.extend(declared(second));
        }
        looks
    }

    fn contrast(&self, front: &str, ground: &str) -> f64 {
        let ground = over(self.named(ground), self.named("surface"));
        let [front, ground] = [over(self.named(front), ground), ground].map(luminance);
        (front.max(ground) + 0.05) / (front.min(ground) + 0.05)
    }

    fn named(&self, name: &str) -> Colour {
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
                assert!(self.scheme != Scheme::Plain, "{value} is not known there");
                self.colour(if self.scheme == Scheme::Dark {
                    dark
                } else {
                    light
                })
            }
            ("color-mix", ["in srgb", one, other]) => {
                assert!(self.scheme != Scheme::Plain, "{value} is not known there");
                let ((one, share), (other, rest)) = (portion(one), portion(other));
                let share = share.or(rest.map(|rest| 1.0 - rest)).unwrap_or(0.5);
                mixed(self.colour(one), self.colour(other), share)
            }
            ("transparent", _) => [0.0; 4],
            _ => hexadecimal(value.strip_prefix('#').expect(value)),
        }
    }
}

/// What stands between commas that are in no further brackets.
fn arguments(text: &str) -> Vec<&str> {
    let mut depth = 0;
    let parts = text.split(|letter| {
        depth += i32::from(letter == '(') - i32::from(letter == ')');
        letter == ',' && depth == 0
    });
    parts.map(str::trim).collect()
}

/// A colour of a mixture, and how much of it.
fn portion(part: &str) -> (&str, Option<f64>) {
    let share = |(colour, share): (_, &str)| {
        let percent: f64 = share.strip_suffix('%')?.parse().ok()?;
        Some((colour, Some(percent / 100.0)))
    };
    part.rsplit_once(' ')
        .and_then(share)
        .unwrap_or((part, None))
}

/// As in CSS Color 5: colours count by their opacity.
fn mixed(one: Colour, other: Colour, share: f64) -> Colour {
    let between = |one: f64, other: f64| one * share + other * (1.0 - share);
    let opacity = between(one[3], other[3]);
    let channel = |at: usize| between(one[at] * one[3], other[at] * other[3]) / opacity;
    [channel(0), channel(1), channel(2), opacity]
}

fn over(front: Colour, ground: Colour) -> Colour {
    let channel = |at: usize| front[at] * front[3] + ground[at] * (1.0 - front[3]);
    [channel(0), channel(1), channel(2), 1.0]
}

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

/// Every custom property in a sheet, by name.
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
