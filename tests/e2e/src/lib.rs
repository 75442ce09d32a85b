//! Whole logins in real browsers: the fixture of the scenarios in `tests/logins`, and what `cargo tabs` and `cargo bench-page` use
//! of it.
//!
//! | module | what it does |
//! |---|---|
//! | `fixture` | runs one scenario: a browser, an engine, the pages that are open, and the checks at the end |
//! | `failure` | saves what is known of a scenario that has failed |
//! | `browser` | starts a browser with its driver, or says what to install |
//! | `firefox_pool` | one Firefox for several scenarios |
//! | `page` | what a customer does and sees, as methods |
//! | `shop` | the page that embeds the widget, served under a strict policy |
//! | `emulator` | the engine that the widget talks to, and the requests it has received |
//! | `proxy` | a TCP proxy to the engine that can hold or refuse connections |
//! | `orders` | the shop's own API, which needs a token |
//! | `recipe` | the servers in `docs/recipes` |
//! | `devtools` | sends commands of the Chrome `DevTools` Protocol to Chromium |
//! | `driver` | Chromium, slowed down, with access to its counters |
//! | `statistics` | medians, quartiles and ratios |
//! | `process` | a program with all processes that it starts |
//! | `project` | a small shop that uses the npm package with a bundler or a framework |
//! | `machine` | describes the machine that a comparison runs on |
//! | `bin/tabs` | `cargo tabs`: renewals in many tabs, beside other libraries |
//! | `bin/page_bench` | `cargo bench-page`: time, memory and bytes of a page, beside an earlier release |
//! | `bin/speed` | `cargo speed`: the widget beside plain HTML and the forms of others |
//!
//! Methods that act are named in the third person: `page.types(..)`, `page.sees(..)`. No step is repeated after it has failed, and
//! nothing sleeps for a fixed time: each method waits for a condition until a deadline, and panics with what was there instead.
//!
//! JavaScript for pages is in `.js` files, which the linter checks; [`script!`] makes a script of them. Strings in Rust hold no more
//! than one expression or statement.

#![expect(
    clippy::missing_panics_doc,
    reason = "every method panics if its condition is not met in time: the test fails"
)]

pub mod browser;
pub mod devtools;
pub mod driver;
pub mod emulator;
mod failure;
mod firefox_pool;
pub mod fixture;
pub mod machine;
pub mod orders;
pub mod page;
mod process;
pub mod project;
pub mod proxy;
pub mod recipe;
pub mod shop;
pub mod statistics;

pub use browser::Browser;
pub use fixture::Fixture;
pub use orders::Orders;
pub use page::Page;
pub use shop::Shop;

/// The functions of `.js` files, whose paths are relative to the calling file, and the last line of a script that uses them. The
/// functions of `page/queries.js` are there as well.
///
/// ```ignore
/// page.evaluates(script!("dialog.js"; "return sizeProblems(...arguments)"), json!([320]))
/// ```
#[macro_export]
macro_rules! script {
    ($($file:literal),+; $last:literal) => {
        concat!($(include_str!($file), "\n",)+ $last)
    };
}

/// Makes every scenario of a list a test in every browser, with the path `set::browser::file::scenario`: for example
/// `quick::chromium::sign_in::code_login_by_mobile_number_succeeds`.
///
/// A mark ahead of a scenario chooses its set:
///
/// | mark | Chromium | Firefox, `WebKit` |
/// |---|---|---|
/// | `[quick]` | `quick` | `quick` |
/// | `[quick_in_chromium]` | `quick` | `exhaustive` |
/// | none | `exhaustive` | `exhaustive` |
/// | `[in_desktop_chromium]` | `exhaustive`, in the browser with its desktop interface | `exhaustive` |
/// | `[only_in_chromium]` | `exhaustive` | not a test: no other driver can do what the scenario needs |
///
/// The list is also there as the constant `SCENARIOS`: file, scenario and mark of each.
#[macro_export]
macro_rules! scenarios {
    ($($file:ident: $($([$mark:ident])? $scenario:ident)*;)*) => {
        const SCENARIOS: &[(&str, &str, &str)] = &[
            $($((stringify!($file), stringify!($scenario), concat!($(stringify!($mark))?)),)*)*
        ];
        $crate::scenarios!(@set quick $($file: $($([$mark])? $scenario)*;)*);
        $crate::scenarios!(@set exhaustive $($file: $($([$mark])? $scenario)*;)*);
    };
    (@set $set:ident $($list:tt)*) => {
        mod $set {
            $crate::scenarios!(@browser $set chromium Chromium $($list)*);
            $crate::scenarios!(@browser $set firefox Firefox $($list)*);
            $crate::scenarios!(@browser $set webkit WebKit $($list)*);
        }
    };
    (@browser $set:ident $module:ident $browser:ident $($file:ident: $($([$mark:ident])? $scenario:ident)*;)*) => {
        mod $module {
            $(
                mod $file {
                    $($crate::scenarios!(@scenario $set $browser [$($mark)?] $file $scenario);)*
                }
            )*
        }
    };
    // The combinations of set, browser and mark that are tests.
    (@scenario quick $browser:ident [quick] $file:ident $scenario:ident) => {
        $crate::scenarios!(@test $browser Shell $file $scenario);
    };
    (@scenario quick Chromium [quick_in_chromium] $file:ident $scenario:ident) => {
        $crate::scenarios!(@test Chromium Shell $file $scenario);
    };
    (@scenario exhaustive Firefox [quick_in_chromium] $file:ident $scenario:ident) => {
        $crate::scenarios!(@test Firefox Shell $file $scenario);
    };
    (@scenario exhaustive WebKit [quick_in_chromium] $file:ident $scenario:ident) => {
        $crate::scenarios!(@test WebKit Shell $file $scenario);
    };
    (@scenario exhaustive $browser:ident [] $file:ident $scenario:ident) => {
        $crate::scenarios!(@test $browser Shell $file $scenario);
    };
    (@scenario exhaustive $browser:ident [in_desktop_chromium] $file:ident $scenario:ident) => {
        $crate::scenarios!(@test $browser Desktop $file $scenario);
    };
    (@scenario exhaustive Chromium [only_in_chromium] $file:ident $scenario:ident) => {
        $crate::scenarios!(@test Chromium Shell $file $scenario);
    };
    // All others are not.
    (@scenario quick $browser:ident [] $file:ident $scenario:ident) => {};
    (@scenario quick $browser:ident [quick_in_chromium] $file:ident $scenario:ident) => {};
    (@scenario quick $browser:ident [only_in_chromium] $file:ident $scenario:ident) => {};
    (@scenario quick $browser:ident [in_desktop_chromium] $file:ident $scenario:ident) => {};
    (@scenario exhaustive $browser:ident [quick] $file:ident $scenario:ident) => {};
    (@scenario exhaustive Chromium [quick_in_chromium] $file:ident $scenario:ident) => {};
    (@scenario exhaustive $browser:ident [only_in_chromium] $file:ident $scenario:ident) => {};
    (@test $browser:ident $interface:ident $file:ident $scenario:ident) => {
        #[test]
        fn $scenario() {
            let browser = $crate::Browser::$browser;
            let interface = $crate::browser::Interface::$interface;
            $crate::fixture::run(browser, interface, stringify!($scenario), async |fixture| {
                super::super::super::$file::$scenario(fixture).await;
            });
        }
    };
}
