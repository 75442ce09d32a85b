// A page with a constructed sheet of its own, and a slip of the pen in it.
const sheet = new CSSStyleSheet();
sheet.replaceSync("ae-login { --ae-gapp: 1em; --ae-gap: 1em; --ae-acent: #000; }");
document.adoptedStyleSheets = [sheet];
