// A browser without WebAssembly, as iOS in Lockdown Mode. It runs ahead of everything else.
delete globalThis.WebAssembly;
