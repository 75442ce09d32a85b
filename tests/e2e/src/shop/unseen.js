// A page that nobody has seen yet, where the tab says so.

if (sessionStorage.unseen) Object.defineProperty(document, "visibilityState", { configurable: true, get: () => "hidden" });
