// Sets an integer preference of Firefox, or resets it for `null`. Runs in the browser's own context.

const [name, value] = arguments;
if (value === null) Services.prefs.clearUserPref(name);
else Services.prefs.setIntPref(name, value);
