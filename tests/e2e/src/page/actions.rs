//! The actions of a customer in a page.

use std::net::Ipv4Addr;
use std::time::Instant;

use fantoccini::actions::{
    InputSource, KeyAction, KeyActions, MOUSE_BUTTON_LEFT, MouseActions, PointerAction,
};
use serde_json::{Value, json};
use xtask::site::{Served, Site};

use super::commands::{FIREFOX_PREFERENCES, FirefoxContext};
use super::{POLL_INTERVAL, Page, TIME_LIMIT};
use crate::browser::Browser;
use crate::devtools;
use crate::shop;

/// Whether the document that replaces a marked one is loaded and shown.
const IS_RELOADED: &str = "return !window.isLeft && window.isShown";

impl Page {
    /// Types into a field, key by key, in place of its value.
    pub async fn types(&self, label: &str, text: &str) {
        let field = self.field(label).await;
        if !self.value_of(label).await.is_empty() {
            let cleared = field.clear().await;
            self.or_panic(cleared, &format!("clearing {label:?}")).await;
        }
        if !text.is_empty() {
            let typed = field.send_keys(text).await;
            self.or_panic(typed, &format!("typing into {label:?}"))
                .await;
        }
    }

    /// Replaces the value of a field at once, as the clipboard or a password manager does.
    pub async fn pastes(&self, label: &str, text: &str) {
        self.field(label).await;
        let script = "return pasteInto(...arguments)";
        let done = self
            .evaluates(script, json!([self.part, label, text]))
            .await;
        assert_eq!(
            done,
            json!(true),
            "the browser pastes {text:?} into {label:?}"
        );
    }

    /// Presses a button.
    pub async fn presses(&self, label: &str) {
        let what = format!("a button {label:?}");
        let script = "return buttonInView(...arguments)";
        let button = self.element(&what, script, json!([self.part, label])).await;
        let clicked = button.click().await;
        self.or_panic(clicked, &format!("pressing {label:?}")).await;
    }

    /// Ticks a checkbox, or unticks it.
    pub async fn ticks(&self, label: &str) {
        let ticked = self.field(label).await.click().await;
        self.or_panic(ticked, &format!("ticking {label:?}")).await;
    }

    /// Selects an option of a list. A script does it, since WebKit's driver cannot click on options.
    pub async fn selects(&self, label: &str, option: &str) {
        let what = format!("{option:?} in a list {label:?}");
        let script = "return selectOption(...arguments)";
        self.waits_for(&what, script, json!([self.part, label, option]))
            .await;
    }

    /// Presses keys one after the other. The element with the focus receives them.
    pub async fn presses_keys(&self, keys: &str) {
        let actions =
            keys.chars()
                .fold(KeyActions::new("keyboard".to_owned()), |actions, value| {
                    actions
                        .then(KeyAction::Down { value })
                        .then(KeyAction::Up { value })
                });
        let pressed = self.driver().await.perform_actions(actions).await;
        self.or_panic(pressed, &format!("pressing the keys {keys:?}"))
            .await;
    }

    /// Presses a key while a modifier key is held down.
    pub async fn presses_with_modifier(&self, modifier: char, value: char) {
        let actions = KeyActions::new("keyboard".to_owned())
            .then(KeyAction::Down { value: modifier })
            .then(KeyAction::Down { value })
            .then(KeyAction::Up { value })
            .then(KeyAction::Up { value: modifier });
        let pressed = self.driver().await.perform_actions(actions).await;
        self.or_panic(pressed, "pressing two keys").await;
    }

    /// Presses the mouse button at one point of the window and releases it at another. Points are in CSS pixels.
    pub async fn drags(&self, from: (f64, f64), to: (f64, f64)) {
        let at = |(x, y)| PointerAction::MoveTo {
            duration: None,
            x,
            y,
        };
        let button = MOUSE_BUTTON_LEFT;
        let actions = MouseActions::new("mouse".to_owned())
            .then(at(from))
            .then(PointerAction::Down { button })
            .then(at(to))
            .then(PointerAction::Up { button });
        let done = self.driver().await.perform_actions(actions).await;
        self.or_panic(done, &format!("dragging from {from:?} to {to:?}"))
            .await;
    }

    // Navigation --------------------------------------------------------------------------------------------------------

    /// Checks the page and reloads it.
    pub async fn reloads(&self) {
        self.has_no_problems().await;
        let done = self.driver().await.refresh().await;
        self.or_panic(done, "reloading the page").await;
        self.forgets_events();
    }

    /// Checks the page and opens another one of the shop.
    pub async fn goes_to(&self, path: &str) {
        self.has_no_problems().await;
        self.opens_path(path).await;
    }

    /// Checks the page, which then follows its own link to the page with the seeds.
    ///
    /// The driver sends nothing while the page unloads: for a moment after a script of Firefox's driver, the driver listens to
    /// `unload`, and Firefox keeps no page with such a listener in its back/forward cache.
    pub async fn follows_link_to_seeds(&self) {
        self.has_no_problems().await;
        let seeds = |request: &String| request == "GET /seeds";
        assert!(
            !self.requests().iter().any(seeds),
            "the page was opened before"
        );
        let leave = "setTimeout(() => document.querySelector('#top').click(), 500)";
        self.evaluates(leave, json!([])).await;
        let deadline = Instant::now() + TIME_LIMIT;
        while !self.requests().iter().any(seeds) {
            assert!(
                Instant::now() < deadline,
                "the page does not follow its link"
            );
            tokio::time::sleep(POLL_INTERVAL).await;
        }
        let arrived = "return location.pathname === '/seeds' && window.isShown";
        self.waits_for("the page with the seeds", arrived, json!([]))
            .await;
        self.forgets_events();
    }

    /// Checks the page and goes back to the one before. Returns whether that page came from the back/forward cache, with all
    /// that it had recorded.
    pub async fn goes_back(&self) -> bool {
        self.has_no_problems().await;
        self.evaluates("window.isLeft = true", json!([])).await;
        let done = self.driver().await.back().await;
        self.or_panic(done, "going back").await;
        let back = "return !window.isLeft && window.isShown && { isFromCache: window.isFromCache }";
        let back = self
            .waits_for("the page before this one", back, json!([]))
            .await;
        let is_from_cache = back["isFromCache"] == json!(true);
        if !is_from_cache {
            self.forgets_events();
        }
        is_from_cache
    }

    // Frames ------------------------------------------------------------------------------------------------------------

    /// Opens a page of another origin that has this one in a frame. All methods then work in the frame. The other page is
    /// served until the returned value is dropped.
    pub async fn is_framed_by_another_origin(&self) -> Served {
        self.is_framed("127.0.0.1").await
    }

    /// [`Self::is_framed_by_another_origin`] with another site, for which browsers partition the storage.
    pub async fn is_framed_by_another_site(&self) -> Served {
        self.is_framed("localhost").await
    }

    async fn is_framed(&self, host: &str) -> Served {
        let document = format!(
            "<!doctype html><title>Another site</title><script src=\"/recorder.js\"></script><iframe src=\"{}/\"></iframe>",
            self.window.served.origin()
        );
        let other = Site {
            root: shop::FOLDER.into(),
            routes: vec![(
                "/".to_owned(),
                "text/html; charset=utf-8".to_owned(),
                document.into_bytes(),
            )],
            ..Site::default()
        };
        let other = other
            .serve((Ipv4Addr::LOCALHOST, 0).into())
            .await
            .expect("a free port for the other site");
        let address = other.origin().replace("127.0.0.1", host);
        let done = self.driver().await.goto(&address).await;
        self.or_panic(done, "opening the other site").await;
        self.enters_frame().await;
        other
    }

    /// Opens a page of the same shop that has this one in a frame, whose width scripts may set. All methods then work in the frame.
    pub async fn is_framed_by_its_own_shop(&self) {
        self.opens_path("/frame.html").await;
        self.enters_frame().await;
    }

    /// Puts this page into a frame of the page with the seeds, whose size scripts may set. The shop's policy must allow frames.
    pub async fn is_framed_in_any_size(&self) {
        self.opens_path("/seeds").await;
        self.evaluates("frameTheShop()", json!([])).await;
        self.enters_frame().await;
    }

    async fn enters_frame(&self) {
        let entered = self.driver().await.clone().enter_frame(0).await;
        self.or_panic(entered, "entering the frame").await;
        self.forgets_events();
    }

    /// Checks the page in the frame and reloads it.
    pub async fn reloads_frame(&self) {
        self.has_no_problems().await;
        self.evaluates("reloadLater()", json!([])).await;
        self.waits_for("the reloaded frame", IS_RELOADED, json!([]))
            .await;
        self.forgets_events();
    }

    // The browser itself ------------------------------------------------------------------------------------------------

    /// Sends a command of the Chrome `DevTools` Protocol. Chromium only.
    pub async fn sends_devtools_command(&self, command: &str, parameters: Value) {
        let done = devtools::send(self.driver().await, command, parameters).await;
        done.unwrap_or_else(|error| panic!("{command}: {error}"));
    }

    /// Sets one of [`FIREFOX_PREFERENCES`], or resets it. Firefox only.
    async fn sets_firefox_preference(&self, name: &str, value: Option<i32>) {
        assert!(
            FIREFOX_PREFERENCES.contains(&name),
            "{name} is not reset after the scenario"
        );
        let driver = self.driver().await;
        let done = async {
            driver.issue_cmd(FirefoxContext::Chrome).await?;
            let script = include_str!("firefox_preference.js");
            let set = driver
                .execute(script, vec![json!(name), json!(value)])
                .await;
            driver.issue_cmd(FirefoxContext::Content).await?;
            set
        };
        let done = done.await;
        done.unwrap_or_else(|error| panic!("setting {name}: {error}"));
    }

    /// Sets `prefers-reduced-motion`. Returns `false` in WebKit, whose GTK port takes the setting from the desktop.
    pub async fn prefers_reduced_motion(&self, browser: Browser) -> bool {
        match browser {
            Browser::Chromium => {
                let features = json!([{ "name": "prefers-reduced-motion", "value": "reduce" }]);
                let command = "Emulation.setEmulatedMedia";
                self.sends_devtools_command(command, json!({ "features": features }))
                    .await;
            }
            Browser::Firefox => {
                self.sets_firefox_preference("ui.prefersReducedMotion", Some(1))
                    .await;
            }
            Browser::WebKit => return false,
        }
        true
    }

    /// Switches forced colours (high contrast) on or off. WebKit's GTK port does not have them.
    pub async fn forces_colours(&self, browser: Browser, are_forced: bool) {
        match browser {
            Browser::Chromium => {
                let value = if are_forced { "active" } else { "" };
                let features = json!([{ "name": "forced-colors", "value": value }]);
                let command = "Emulation.setEmulatedMedia";
                self.sends_devtools_command(command, json!({ "features": features }))
                    .await;
            }
            Browser::Firefox => {
                let always = are_forced.then_some(2);
                self.sets_firefox_preference("browser.display.document_color_use", always)
                    .await;
            }
            Browser::WebKit => panic!("WebKit's GTK port has no forced colours"),
        }
    }
}
