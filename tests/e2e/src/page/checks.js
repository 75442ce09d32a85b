// The scripts of `checks.rs`.

/** The findings of axe-core with all of its default rules. */
const axeViolations = async () => {
  const { violations } = await axe.run(document, { resultTypes: ["violations"] });
  return violations.map(({ id, nodes }) => ({ id, nodes: nodes.map((node) => `${node.target} ${node.html} ${node.failureSummary}`) }));
};

/** Parts with a background and without text, as HTML. */
const emptyBoxes = (at) => {
  const isEmpty = (it) => !it.matches("input") && !it.querySelector("input") && !textOf(it) && !it.matches("button *");
  const isPainted = (it) => {
    const { backgroundColor, clipPath } = getComputedStyle(it);
    return backgroundColor !== "rgba(0, 0, 0, 0)" && clipPath === "none";
  };
  return findAll(at, "[part]").filter((it) => isEmpty(it) && isPainted(it)).map((it) => it.outerHTML);
};

/** Everything in the browser's storage that is not the demo storefront's own record of its emulator. */
const storedText = () =>
  [sessionStorage, localStorage]
    .flatMap((storage) => Object.entries(storage))
    .filter(([key]) => !key.startsWith("storefront:"))
    .flat()
    .join("\n");

/** Tokens, login sessions and keys in the records of the tab. */
const storedSecrets = () =>
  Object.values(sessionStorage).flatMap((record) => {
    try {
      const { token, session, second } = JSON.parse(record);
      return [token, session, second?.key].filter(Boolean);
    } catch {
      return [];
    }
  });
