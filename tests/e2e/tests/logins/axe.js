// Changes the environment of a form in a frame and checks the form in each. Uses `layout.js`.

/** The text spacing that WCAG 1.4.12 names. */
const textSpacing = new CSSStyleSheet();
textSpacing.replaceSync(
  "* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important } p { margin-block-end: 2em !important }",
);
const nextFrame = () => new Promise(requestAnimationFrame);

/** Waits until the form is shown in an environment. `colours` is light, dark or forced. */
const setEnvironment = async (colours, { direction = "ltr", width = 320, size = "", isSpaced = false }) => {
  const root = document.documentElement;
  widget().setAttribute("locale", direction === "rtl" ? "en-Arab" : "en");
  root.dir = direction;
  root.style.colorScheme = colours === "dark" ? "dark" : "light";
  frameElement.style.width = `${width}px`;
  // WebKit keeps the old height of a line that breaks into two in a narrower page, unless the font size changes as well.
  root.style.fontSize = "90%";
  await nextFrame();
  root.style.fontSize = size;
  document.adoptedStyleSheets = [...document.adoptedStyleSheets.filter((it) => it !== textSpacing), ...(isSpaced ? [textSpacing] : [])];
  const [form] = findAll(null, "form");
  for (let frames = 0; form.dir !== direction || innerWidth !== width || frames < 2; frames++) {
    if (frames > 600) throw new Error(`another environment: ${form.dir}, ${innerWidth} px`);
    await nextFrame();
  }
  // A transition that is replaced by another one is settled as well.
  await Promise.allSettled(document.getAnimations().map(({ finished }) => finished));
  if (matchMedia("(forced-colors: active)").matches !== (colours === "forced")) throw new Error("other colours");
};

/**
 * Every rule of WCAG 2.2 A and AA, best practices and experimental rules: all rules but those of AAA and the deprecated ones.
 */
const axeRules = () => {
  const wanted = axe.getRules().filter(({ tags }) => !tags.includes("deprecated") && !tags.includes("wcag2aaa"));
  return Object.fromEntries(wanted.map(({ ruleId }) => [ruleId, { enabled: true }]));
};

/**
 * Checks the form in both directions, in several widths and text sizes. Runs axe where letters are as large as usual or the page is
 * wide enough for large ones; where the narrowest page has letters of 200 %, or with text spacing, only boxes are measured.
 * Returns the number of rules that passed in each run of axe, and all problems.
 */
const checkEnvironments = async (colours) => {
  const [runs, problems] = [[], []];
  const rules = axeRules();
  for (const direction of ["ltr", "rtl"]) {
    for (const environment of [{ width: 320 }, { width: 320, isSpaced: true }, { width: 320, size: "200%" }, { width: 640, size: "200%" }]) {
      await setEnvironment(colours, { direction, ...environment });
      const isNarrowAndLarge = environment.width === 320 && environment.size === "200%";
      const found = boxProblems({ needsRoom: !isNarrowAndLarge });
      if (!isNarrowAndLarge && !environment.isSpaced) {
        const { violations, passes } = await axe.run(document, { resultTypes: ["violations"], rules });
        runs.push(passes.length);
        for (const { id, nodes } of violations) found.push(`${id}: ${nodes.map(({ target, failureSummary }) => `${target} ${failureSummary}`)}`);
      }
      const where = [colours, direction, ...Object.entries(environment).flat()].join(" ");
      problems.push(...found.map((problem) => `${where}: ${problem}`));
    }
  }
  await setEnvironment(colours, {});
  return { runs, problems };
};
