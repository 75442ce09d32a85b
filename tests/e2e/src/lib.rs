//! Whole logins in real browsers: the bench that `tests/logins` plays its scenarios on.
//!
//! | file | what it does |
//! |---|---|
//! | `bench` | one test: a browser, an engine, the pages that were opened, and what must hold at the end |
//! | `browser` | starts a browser with its driver, or says what to install |
//! | `dev_tools` | sends commands of the Chrome `DevTools` Protocol to Chromium |
//! | `machine` | describes the machine that a comparison runs on |
//! | `process` | a program with everything it starts, ended together |
//! | `emulator` | the engine the widget talks to, and what it heard |
//! | `gate` | a way to the engine that can be shut for a while |
//! | `shop` | the page that embeds the widget, served under a strict policy; `shop/heard.js` writes down what happens in it |
//! | `shop/*.js` | what else a page may be: with clocks that are moved on, asleep, unseen, insecure, in an older browser or in one that keeps nothing, not woken by the driver; watched for what it leaves (`canary.js`), counted (`leaks.js`), listened to (`regions.js`) |
//! | `orders` | the shop's own API, which wants a token |
//! | `page` | what a customer does and sees, in verbs |
//! | `bin/tabs` | `cargo tabs`: many tabs, beside libraries that others use |
//! | `bin/page_bench` | `cargo bench-page`: time, memory and bytes of a page with the widget, beside an earlier release |
//! | `eyes.js` | finds things in a page as a person would: by label, by words |
//! | `boxes.js` | measures how a form lies in a page, and tries a designer's rules on it |
//! | `shop/theme.css`, `brutal.css`, `heavy.css` | other people's style sheets, in our own words; those of packages come from npm |
//!
//! Nothing here repeats a step that failed, and nothing sleeps: every verb waits for a thing, until a deadline,
//! and fails with what was there instead.

#![expect(
    clippy::missing_panics_doc,
    reason = "every verb panics when what it waits for does not come: that is a test that fails"
)]

pub mod bench;
pub mod browser;
pub mod dev_tools;
pub mod emulator;
pub mod gate;
pub mod machine;
pub mod orders;
pub mod page;
mod process;
pub mod shop;

pub use bench::Bench;
pub use browser::Browser;
pub use orders::Orders;
pub use page::Page;
pub use shop::Shop;

/// Makes each scenario a test in each browser: `chromium::the_whole_login`, `firefox::the_whole_login` and so on. What stands
/// behind `[chromium]` is a test in that browser alone, since no other one can be driven so.
#[macro_export]
macro_rules! scenarios {
    ($($file:ident: $($name:ident)*;)* [chromium] $($alone:ident: $($scenario:ident)*;)*) => {
        $crate::scenarios!(@in chromium Chromium $($file $($name)*;)* $($alone $($scenario)*;)*);
        $crate::scenarios!(@in firefox Firefox $($file $($name)*;)*);
        $crate::scenarios!(@in webkit WebKit $($file $($name)*;)*);
    };
    (@in $module:ident $browser:ident $($file:ident $($name:ident)*;)*) => {
        mod $module {
            $($(
                #[test]
                fn $name() {
                    $crate::bench::play($crate::Browser::$browser, stringify!($name), async |bench| {
                        super::$file::$name(bench).await;
                    });
                }
            )*)*
        }
    };
}
