// What a screen reader is told: words that come into a live region, in order.

window.said = [];
{
  const known = new Map();
  const listen = () => {
    for (const region of document.querySelectorAll("[role=alert], [role=status], [aria-live]")) {
      const words = region.textContent.replace(/\s+/g, " ").trim();
      if (words && words !== known.get(region)) window.said.push(`${region.getAttribute("role")}: ${words}`);
      known.set(region, words);
    }
  };
  new MutationObserver(listen).observe(document, { subtree: true, childList: true, characterData: true });
}
