// Prints the table of countries. Run where the package `libphonenumber-js` is installed.

const { countries, country_calling_codes: dials } = require("libphonenumber-js/metadata.mobile.json");
const examples = require("libphonenumber-js/examples.mobile.json");
const { parsePhoneNumberFromString: parse } = require("libphonenumber-js/mobile");
const { version, license } = require("libphonenumber-js/package.json");

// What the fields are is said in the package's `source/metadata.js`.
const [PATTERN, LENGTHS, TRUNK, TYPES, MOBILE] = [2, 3, 5, 11, 1];
const mobile = (code) => countries[code][TYPES]?.[MOBILE];
const pattern = (code) => mobile(code)?.[0] || countries[code][PATTERN];
const lengths = (code) => mobile(code)?.[1] || countries[code][LENGTHS];

/** How many digits of an example stand before each gap but the last. */
function groups(code) {
  const [, ...national] = parse(examples[code], code).formatInternational().split(/\D+/).filter(Boolean);
  return national.slice(0, -1).map((group) => group.length).join("") || "-";
}

/**
 * The first digits of mobile numbers that only one of several countries with the same dial code has, for all but the first
 * of them, whose are the rest: the shortest beginnings under which no other country has any.
 */
function beginnings(codes) {
  const DEPTH = 5;
  const patterns = codes.map((code) => new RegExp(`^(?:${pattern(code)})$`));
  const endings = ["0000000000", "2222222222", "2345678901", "9999999999"];
  const owners = new Map();
  for (let number = 0; number < 10 ** DEPTH; number++) {
    const head = String(number).padStart(DEPTH, "0");
    codes.forEach((code, at) => {
      const fits = (length) => endings.some((ending) => patterns[at].test((head + ending).slice(0, length)));
      if (!lengths(code).some(fits)) return;
      for (let end = 1; end <= DEPTH; end++) {
        const key = head.slice(0, end);
        owners.set(key, (owners.get(key) ?? new Set()).add(code));
      }
    });
  }
  const own = Object.fromEntries(codes.map((code) => [code, []]));
  for (const [key, [owner, ...more]] of owners) {
    if (more.length === 0 && owners.get(key.slice(0, -1))?.size !== 1) own[owner].push(key);
  }
  return codes.slice(1).map((code) => [code, `-${own[code].sort().join(",")}`]);
}

const own = Object.fromEntries(Object.values(dials).filter((codes) => codes.length > 1).flatMap(beginnings));
const rows = Object.keys(countries).map((code) => {
  const [dial] = countries[code];
  const trunk = countries[code][TRUNK] || "";
  const hexadecimal = lengths(code).map((length) => length.toString(16)).join("");
  const plan = `${hexadecimal} ${groups(code)} ${trunk}`.trim();
  return { name: `${code}${dial}${own[code] ?? ""}`, plan };
});
// Countries of one plan stand together: so it compresses best.
const order = ({ plan, name }) => `${plan} ${name}`;
rows.sort((a, b) => (order(a) < order(b) ? -1 : 1));
console.log(`libphonenumber-js ${version} (${license}), from Google's libphonenumber (Apache-2.0)`);
for (const { name, plan } of rows) console.log(`${name} ${plan}`);
