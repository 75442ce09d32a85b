// The scripts of `observations.rs`, and of the reports in `page.rs` and `evidence.rs`.

/** Title and first label of the screen, once it is another one than `title` and the widget is not busy. */
const screenOtherThan = (at, title) => {
  const [now] = findAll(at, "[part~=title]").map(textOf);
  const [label] = findAll(at, "label").map(textOf);
  return now && now !== title && !widget(at).hasAttribute("busy") && [now, label ?? ""];
};

/** Whether a field is marked as invalid, and the texts that describe it. */
const descriptionOf = (at, label) => {
  const input = field(at, label);
  const ids = (input.getAttribute("aria-describedby") ?? "").split(/\s+/).filter(Boolean);
  const described = ids.map((id) => input.getRootNode().getElementById(id));
  const textOrProblem = (element) => {
    if (!element) return "MISSING";
    return isVisible(element) ? textOf(element) : "INVISIBLE";
  };
  return [input.getAttribute("aria-invalid") === "true", described.map(textOrProblem).join(" ")];
};

/** The inputs of the only form: type, purpose, and the value of a user name; then the names of its submit buttons. */
const formFields = (at) => {
  const [form, ...others] = findAll(at, "form");
  if (others.length) return null;
  const input = ({ type, autocomplete, value }) => `${type} ${autocomplete}${autocomplete === "username" ? ` ${value}` : ""}`;
  const submits = [...form.elements].filter((it) => it.type === "submit" && isVisible(it));
  return [...[...form.elements].filter((it) => it.matches("input")).map(input), ...submits.map(textOf)];
};

/** Whether the widget is at a step and not busy. */
const isAtStep = (at, step) => widget(at)?.getAttribute("step") === step && !widget(at).hasAttribute("busy");

/** The first recorded event of a name from an index on, with its index. */
const eventFrom = (index, name) => {
  const found = recordedEvents.findIndex((event, at) => at >= index && event.name === name);
  return found < 0 ? null : { index: found, event: recordedEvents[found] };
};

/** The seconds that a button's countdown shows, as text; `null` for a button that does not wait. */
const countdownSeconds = (at, label) => {
  const found = button(at, label);
  const [, minutes, seconds] = (found && /(\d+):(\d\d)$/.exec(textOf(found))) || [];
  return minutes && found.getAttribute("aria-disabled") === "true" ? `${+minutes * 60 + +seconds}` : null;
};

/** The names of what is stored, each after `tab` or `device`. The prefix is cut off names that have it. */
const storageKeys = (prefix) => {
  const names = (where, storage) => Object.keys(storage).map((name) => `${where} ${name.startsWith(prefix) ? name.slice(prefix.length) : name}`);
  return [...names("tab", sessionStorage), ...names("device", localStorage)].sort();
};

/** What a panic message says about the page. */
const pageState = () => ({
  url: location.href,
  step: widget()?.getAttribute("step"),
  busy: widget()?.hasAttribute("busy"),
  text: visibleText(),
  focused: focused()?.outerHTML?.slice(0, 200),
  events: window.recordedEvents,
  problems: window.problems,
});
