// A page that nobody has seen yet, if `sessionStorage.isHidden` is set.

if (sessionStorage.isHidden) Object.defineProperty(document, "visibilityState", { configurable: true, get: () => "hidden" });
