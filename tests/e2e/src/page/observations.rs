//! The page as a customer, a screen reader, a password manager or a script sees it.

use serde_json::{Value, json};

use super::Page;
use super::commands::ComputedAccessibility;

impl Page {
    // What a customer sees ----------------------------------------------------------------------------------------------

    /// Waits until a text is visible.
    pub async fn sees(&self, text: &str) {
        let script = "return visibleText(arguments[0]).includes(arguments[1])";
        self.waits_for(
            &format!("the text {text:?}"),
            script,
            json!([self.part, text]),
        )
        .await;
    }

    /// Waits until a text is not visible any more.
    pub async fn no_longer_sees(&self, text: &str) {
        let script = "return !visibleText(arguments[0]).includes(arguments[1])";
        self.waits_for(
            &format!("the text {text:?} to disappear"),
            script,
            json!([self.part, text]),
        )
        .await;
    }

    /// All visible text.
    pub async fn text(&self) -> String {
        let text = self
            .evaluates("return visibleText(arguments[0])", json!([self.part]))
            .await;
        text.as_str().unwrap_or_default().to_owned()
    }

    /// Waits for a screen with another title than this one, on which the widget is not busy. Returns its title and the label of
    /// its first field.
    pub async fn shows_another_screen(&self, title: &str) -> (String, String) {
        let script = "return screenOtherThan(...arguments)";
        let what = format!("another screen than {title:?}");
        let found = self
            .waits_for(&what, script, json!([self.part, title]))
            .await;
        serde_json::from_value(found).expect("a title and a label")
    }

    /// The value of a field.
    pub async fn value_of(&self, label: &str) -> String {
        let script = "return field(arguments[0], arguments[1])?.value";
        let value = self.evaluates(script, json!([self.part, label])).await;
        value.as_str().unwrap_or_default().to_owned()
    }

    /// Waits until a field has a value.
    pub async fn has_value(&self, label: &str, value: &str) {
        let script = "return field(arguments[0], arguments[1])?.value === arguments[2]";
        self.waits_for(
            &format!("{value:?} in {label:?}"),
            script,
            json!([self.part, label, value]),
        )
        .await;
    }

    /// Waits until a field has a type: `password` for one that hides its value.
    pub async fn has_type(&self, label: &str, kind: &str) {
        let script = "return field(arguments[0], arguments[1])?.type === arguments[2]";
        let what = format!("{label:?} to be of type {kind:?}");
        self.waits_for(&what, script, json!([self.part, label, kind]))
            .await;
    }

    /// Waits until a field has the focus.
    pub async fn has_focus_in(&self, label: &str) {
        let script = "return !!focused() && field(arguments[0], arguments[1]) === focused()";
        self.waits_for(
            &format!("the focus in {label:?}"),
            script,
            json!([self.part, label]),
        )
        .await;
    }

    /// The seconds that a button's countdown shows. Waits for the countdown.
    pub async fn countdown(&self, label: &str) -> u64 {
        let what = format!("a countdown on {label:?}");
        let script = "return countdownSeconds(...arguments)";
        let seconds = self
            .waits_for(&what, script, json!([self.part, label]))
            .await;
        seconds
            .as_str()
            .and_then(|text| text.parse().ok())
            .unwrap_or_default()
    }

    // What assistive technology sees ------------------------------------------------------------------------------------

    /// Whether a field is marked as invalid (`aria-invalid`), and the visible texts that describe it (`aria-describedby`).
    pub async fn description_of(&self, label: &str) -> (bool, String) {
        let script = "return descriptionOf(...arguments)";
        let answer = self.evaluates(script, json!([self.part, label])).await;
        (
            answer[0] == json!(true),
            answer[1].as_str().unwrap_or_default().to_owned(),
        )
    }

    /// Role and accessible name of every control of the form in order, as the browser computes them.
    pub async fn accessible_controls(&self) -> Vec<String> {
        let script = "return findAll(arguments[0], 'form :is(button, input, select)')";
        let found = self.evaluates(script, json!([self.part])).await;
        let mut controls = Vec::new();
        for element in found.as_array().into_iter().flatten() {
            let element = element.as_object().and_then(|it| it.values().next());
            let id = element.and_then(Value::as_str).expect("an element");
            let mut role_and_name = Vec::new();
            for property in ["computedrole", "computedlabel"] {
                let command = ComputedAccessibility(format!("element/{id}/{property}"));
                let computed = self.driver().await.issue_cmd(command).await;
                let computed = self.or_panic(computed, property).await;
                role_and_name.push(computed.as_str().unwrap_or_default().to_owned());
            }
            controls.push(role_and_name.join(" "));
        }
        controls
    }

    /// The form as a password manager finds it: for each input its type, its `autocomplete` and, for a user name, its value; then
    /// the names of the submit buttons. Waits until there is exactly one form.
    pub async fn form_fields(&self) -> Vec<String> {
        let script = "return formFields(arguments[0])";
        let form = self
            .waits_for("exactly one form", script, json!([self.part]))
            .await;
        serde_json::from_value(form).expect("a list of texts")
    }

    // What scripts of the page see --------------------------------------------------------------------------------------

    /// Waits until the widget is at a step and not busy.
    pub async fn is_at(&self, step: &str) {
        let script = "return isAtStep(...arguments)";
        self.waits_for(&format!("step {step:?}"), script, json!([self.part, step]))
            .await;
        self.takes_screenshot(step).await;
    }

    /// Waits until an attribute of the widget has a value; `None` for an attribute that is absent.
    pub async fn has_attribute(&self, attribute: &str, value: Option<&str>) {
        let script =
            "return (widget(arguments[0])?.getAttribute(arguments[1]) ?? null) === arguments[2]";
        let what = format!("attribute {attribute:?} to be {value:?}");
        self.waits_for(&what, script, json!([self.part, attribute, value]))
            .await;
    }

    /// Waits for an event that comes after the last one this method has returned, and returns its detail.
    pub async fn receives(&self, name: &str) -> Value {
        let script = "return eventFrom(...arguments)";
        let found = self
            .waits_for(
                &format!("event {name:?}"),
                script,
                json!([self.window.events_read.get(), name]),
            )
            .await;
        let index = found["index"]
            .as_u64()
            .and_then(|index| usize::try_from(index).ok());
        self.window
            .events_read
            .set(index.map_or(0, |index| index + 1));
        found["event"].clone()
    }

    /// Waits for the next `ae-error`, which must have this kind and code, and returns its detail.
    pub async fn receives_error(&self, kind: &str, code: Option<i64>) -> Value {
        let error = self.receives("ae-error").await;
        assert_eq!(
            (&error["kind"], &error["code"]),
            (&json!(kind), &json!(code)),
            "{error}"
        );
        let (kind, code) = (json!(kind), json!(code));
        self.window.expected_errors.borrow_mut().push((kind, code));
        error
    }

    /// All recorded events in order, each with its `name` and its detail.
    pub async fn events(&self) -> Vec<Value> {
        let events = self.evaluates("return recordedEvents", json!([])).await;
        events.as_array().cloned().unwrap_or_default()
    }

    /// The number of recorded events with a name.
    pub async fn event_count(&self, name: &str) -> usize {
        self.events()
            .await
            .iter()
            .filter(|event| event["name"] == name)
            .count()
    }

    /// Waits until the page's clock is past a moment, in milliseconds since 1970.
    pub async fn waits_until(&self, moment: &Value) {
        self.waits_for(
            "time to pass",
            "return Date.now() > arguments[0]",
            json!([moment]),
        )
        .await;
    }

    /// The property `session` of the widget.
    pub async fn session(&self) -> Value {
        self.evaluates("return widget(arguments[0]).session", json!([self.part]))
            .await
    }

    /// The token that the widget's `getToken()` resolves to.
    ///
    /// # Errors
    /// The `AeError` that it rejects with.
    pub async fn token(&self, options: Value) -> Result<String, Value> {
        let script = "return widget(arguments[0]).getToken(arguments[1])";
        self.awaits(script, json!([self.part, options]))
            .await
            .map(|token| {
                token
                    .as_str()
                    .unwrap_or_else(|| panic!("a token is text: {token}"))
                    .to_owned()
            })
    }

    /// The names of the records in `sessionStorage` and `localStorage`, sorted: `tab session`, `device mark` and so on for those of
    /// this engine and brand, the whole name for any other.
    pub async fn storage_keys(&self) -> Vec<String> {
        let prefix = format!("ae-login:1:{} DocDemo:", self.window.engine.url());
        let keys = self
            .evaluates("return storageKeys(arguments[0])", json!([prefix]))
            .await;
        serde_json::from_value(keys).expect("names")
    }

    /// Everything in `sessionStorage` and `localStorage`, as one text.
    pub async fn storage_text(&self) -> String {
        let all = self
            .evaluates(
                "return JSON.stringify([{ ...sessionStorage }, { ...localStorage }])",
                json!([]),
            )
            .await;
        all.as_str().unwrap_or_default().to_owned()
    }
}
