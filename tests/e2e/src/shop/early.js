// A page that sets the element's properties before there is such an element.
document.querySelector("ae-login").messages = { identifyTitle: "Welcome to the garden" };
