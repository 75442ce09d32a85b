// Records what a screen reader announces: role and text of each live region whose text changes, in order.

window.announcements = [];
{
  const texts = new Map();
  const onChange = () => {
    for (const region of document.querySelectorAll("[role=alert], [role=status], [aria-live]")) {
      const text = region.textContent.replace(/\s+/g, " ").trim();
      if (text && text !== texts.get(region)) window.announcements.push(`${region.getAttribute("role")}: ${text}`);
      texts.set(region, text);
    }
  };
  new MutationObserver(onChange).observe(document, { subtree: true, childList: true, characterData: true });
}
