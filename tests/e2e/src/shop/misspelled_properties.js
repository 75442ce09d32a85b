// A constructed style sheet of the page, with misspelled custom properties.
const sheet = new CSSStyleSheet();
sheet.replaceSync("ae-login { --ae-gapp: 1em; --ae-gap: 1em; --ae-acent: #000; }");
document.adoptedStyleSheets = [sheet];
