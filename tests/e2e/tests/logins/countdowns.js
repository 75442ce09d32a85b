// What a screen reader announces of a form.

/** Records the live regions whose text changes from now on: role and text. */
const recordAnnouncements = () => {
  window.announcements = [];
  const regionOf = (node) => (node.closest ? node : node.parentElement)?.closest("[role=alert], [role=status]");
  const onChanges = (changes) => {
    for (const region of new Set(changes.map(({ target }) => regionOf(target)))) {
      const text = region?.textContent.replace(/\s+/g, " ").trim();
      if (text && region.isConnected) window.announcements.push(`${region.getAttribute("role")}: ${text}`);
    }
  };
  new MutationObserver(onChanges).observe(document, { subtree: true, childList: true, characterData: true });
};

/** The accessible name of the button for another code: its text without what is hidden from screen readers. */
const resendName = () => {
  const resend = document.querySelector("[data-action=resend]");
  const isExposed = (node) => node.ariaHidden !== "true" && node.getAttribute?.("aria-hidden") !== "true";
  return [...resend.childNodes].filter(isExposed).map((node) => node.textContent).join("").trim();
};

/** Whether the button to change the identifier is in the lead, ahead of the password. */
const isChangeBeforePassword = () => {
  const change = button(null, "Not you?");
  const input = document.querySelector("[part~=password-input]");
  const isAhead = change.compareDocumentPosition(input) === Node.DOCUMENT_POSITION_FOLLOWING;
  return change.matches("[part=lead] > [part~=change-identifier]") && isAhead;
};
