// Clears what the sites have stored in Firefox and resets preferences. Runs in the browser's own context.

const [preferences, done] = arguments;
for (const name of preferences) Services.prefs.clearUserPref(name);
Services.clearData.deleteData(Ci.nsIClearDataService.CLEAR_ALL, { onDataDeleted: done });
