// An optimiser of scripts. Its server has given the modules of the page another type, and it runs them after everything else.

addEventListener("load", () => {
  for (const { src } of document.querySelectorAll("script[type=delayed-module]")) {
    document.head.append(Object.assign(document.createElement("script"), { type: "module", src }));
  }
});
