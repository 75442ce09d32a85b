// Imports the shipped module, whose path is the argument, and prints what it exports and how many globals it adds.

const before = Object.keys(globalThis).length;
const { createSession } = await import(process.argv[2]);
console.log(typeof createSession, Object.keys(globalThis).length - before);
