// Judges every person of a file with certlogic-js: node certlogic.mjs WORK.json
// WORK.json: {"rules": [CertLogic, ...], "people": [values, ...], "passes": n}. Prints the best pass's microseconds a
// person, and for every person what each of the rules said.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const { evaluate } = createRequire(import.meta.url)("certlogic-js");
const { rules, people, passes } = JSON.parse(readFileSync(process.argv[2], "utf8"));

let best = Infinity;
let answers = [];
for (let pass = 0; pass < passes; pass += 1) {
  const began = process.hrtime.bigint();
  answers = people.map((values) => rules.map((rule) => evaluate(rule, values)));
  best = Math.min(best, Number(process.hrtime.bigint() - began) / 1e3 / people.length);
}
process.stdout.write(JSON.stringify({ microseconds: best, answers }));
