// Prints the table of countries. Runs in a folder where the package `libphonenumber-js` is installed.

const { countries, country_calling_codes: callingCodes } = require("libphonenumber-js/metadata.mobile.json");
const examples = require("libphonenumber-js/examples.mobile.json");
const { parsePhoneNumberFromString: parse } = require("libphonenumber-js/mobile");
const { version, license } = require("libphonenumber-js/package.json");

// The indices of fields. The package's `source/metadata.js` describes them.
const [PATTERN, LENGTHS, TRUNK, TYPES, MOBILE] = [2, 3, 5, 11, 1];
const mobile = (code) => countries[code][TYPES]?.[MOBILE];
const pattern = (code) => mobile(code)?.[0] || countries[code][PATTERN];
const lengths = (code) => mobile(code)?.[1] || countries[code][LENGTHS];

/** The numbers of digits in the groups of an example, without the last group; "-" if there is one group. */
function groups(code) {
  const [, ...national] = parse(examples[code], code).formatInternational().split(/\D+/).filter(Boolean);
  return national.slice(0, -1).map((group) => group.length).join("") || "-";
}

/**
 * The first digits of mobile numbers by which countries with the same calling code are told apart: the shortest prefixes that belong to
 * one country only. The first country has none, since all numbers without such a prefix belong to it.
 */
function prefixes(codes) {
  const DEPTH = 5;
  const patterns = codes.map((code) => new RegExp(`^(?:${pattern(code)})$`));
  const endings = ["0000000000", "2222222222", "2345678901", "9999999999"];
  const owners = new Map();
  for (let number = 0; number < 10 ** DEPTH; number++) {
    const head = String(number).padStart(DEPTH, "0");
    codes.forEach((code, at) => {
      const isValid = (length) => endings.some((ending) => patterns[at].test((head + ending).slice(0, length)));
      if (!lengths(code).some(isValid)) return;
      for (let end = 1; end <= DEPTH; end++) {
        const prefix = head.slice(0, end);
        owners.set(prefix, (owners.get(prefix) ?? new Set()).add(code));
      }
    });
  }
  const own = Object.fromEntries(codes.map((code) => [code, []]));
  for (const [prefix, [owner, ...others]] of owners) {
    if (others.length === 0 && owners.get(prefix.slice(0, -1))?.size !== 1) own[owner].push(prefix);
  }
  return codes.slice(1).map((code) => [code, `-${own[code].sort().join(",")}`]);
}

const shared = Object.values(callingCodes).filter((codes) => codes.length > 1);
const own = Object.fromEntries(shared.flatMap(prefixes));
const rows = Object.keys(countries).map((code) => {
  const [callingCode] = countries[code];
  const trunk = countries[code][TRUNK] || "";
  const hexadecimal = lengths(code).map((length) => length.toString(16)).join("");
  const plan = `${hexadecimal} ${groups(code)} ${trunk}`.trim();
  return { name: `${code}${callingCode}${own[code] ?? ""}`, plan };
});
// Countries with the same numbering plan are side by side, which compresses best.
const order = ({ plan, name }) => `${plan} ${name}`;
rows.sort((a, b) => (order(a) < order(b) ? -1 : 1));
console.log(`libphonenumber-js ${version} (${license}), from Google's libphonenumber (Apache-2.0)`);
for (const { name, plan } of rows) console.log(`${name} ${plan}`);
