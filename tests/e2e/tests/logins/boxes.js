// What is wrong with the boxes of a screen, in words; nothing, where all is well. Sent behind `eyes.js`.

const name = (it) => `${it.getAttribute("part")} ${JSON.stringify(words(it))}`;
const box = (it) => it.getBoundingClientRect();
const CONTROLS = "button, select, input:not([type=checkbox]), label:has(input)";
/** What may lie over an input: it keeps that room free. */
const OVER = "[part~=reveal], [part~=country], [part~=dial-code]";

function wordBoxes(it) {
  const found = [];
  const texts = document.createTreeWalker(it, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    for (const { index, 0: { length } } of texts.currentNode.data.matchAll(/\S+/g)) {
      const range = document.createRange();
      range.setStart(texts.currentNode, index);
      range.setEnd(texts.currentNode, index + length);
      if (isSeen(texts.currentNode.parentElement)) found.push(...range.getClientRects());
    }
  }
  return found;
}

function wrongWithBoxes({ needsRoom }) {
  const found = [];
  const page = document.scrollingElement;
  if (page.scrollWidth > innerWidth) found.push(`the page is ${page.scrollWidth} px wide, of ${innerWidth}`);
  const pieces = inside(null, "form [part]").filter((it) => !it.matches("[part~=status], [part~=notice]:empty"));
  for (const it of pieces) {
    const { left, right, width, height } = box(it);
    if (left < -0.5 || right > innerWidth + 0.5) found.push(`sticks out: ${name(it)}`);
    if (it.matches(CONTROLS) && (width < 43.99 || height < 43.99)) found.push(`${width} × ${height} px are too small: ${name(it)}`);
    const isInline = getComputedStyle(it).display === "inline";
    if (!isInline && !it.matches("input, select, [part~=dial-code]") && it.scrollWidth > it.clientWidth + 1) found.push(`cut: ${name(it)}`);
    if (it.matches("input:not([type=checkbox])")) {
      const { fontSize, paddingTop, paddingBottom, paddingLeft, paddingRight } = getComputedStyle(it);
      const [wide, high] = [width - parseFloat(paddingLeft) - parseFloat(paddingRight), height - parseFloat(paddingTop) - parseFloat(paddingBottom)];
      if (high < parseFloat(fontSize) || (needsRoom && wide < 4 * parseFloat(fontSize))) found.push(`no room to write, ${wide} × ${high} px beside ${paddingLeft} and ${paddingRight}: ${name(it)}`);
    }
  }
  // Words stay inside of what they stand in, also where nothing says that they are cut. Each by itself: the gap that ends a line may hang.
  for (const it of pieces.filter((it) => it.matches("button, label, [part~=title], [part~=lead], [part~=notice], [part~=hint], [part~=error]"))) {
    const around = box(it);
    // A line may be a little higher than its box where it is set tight.
    const sticksOut = ({ left, right, top, bottom }) => left < around.left - 1 || right > around.right + 1 || top < around.top - 4 || bottom > around.bottom + 4;
    if (wordBoxes(it).some(sticksOut)) found.push(`words leave ${name(it)}`);
  }
  // The dial code is whole and leaves the beginning of the number alone; its arrow is ornament, and yields.
  const [[input], [code]] = ["input", "dial-code"].map((part) => inside(null, `[part~=${part}]`));
  if (code) {
    const end = Math.max(...wordBoxes(code).map(({ right }) => right)) - (parseFloat(getComputedStyle(code).letterSpacing) || 0);
    const room = box(input).left + parseFloat(getComputedStyle(input).paddingLeft);
    if (end > box(code).right + 2 || box(code).right > room) found.push(`the dial code has no room: ${name(code)}`);
  }
  const leaves = pieces.filter((it) => !it.matches("form, bdi, [part~=field], [part~=actions], [part~=remember-input], button *") && box(it).width > 1);
  for (const [at, one] of leaves.entries()) {
    for (const other of leaves.slice(at + 1)) {
      const isMeant = (over, under) => over.matches(OVER) && under.matches(`input, ${OVER}`);
      const [a, b] = [box(one), box(other)];
      const overlaps = a.left < b.right - 0.5 && b.left < a.right - 0.5 && a.top < b.bottom - 0.5 && b.top < a.bottom - 0.5;
      // The way back from a name stands within the words about it.
      if (overlaps && !one.contains(other) && !isMeant(one, other) && !isMeant(other, one)) found.push(`${name(one)} lies over ${name(other)}`);
    }
  }
  return found;
}
