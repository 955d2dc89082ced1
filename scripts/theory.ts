import { parseArgs } from "node:util";
import { checkAll } from "../shared/theory/check-all.ts";
import { holds } from "../shared/theory/finding.ts";
import { statements } from "../shared/theory/index.ts";
import { checkedInputs, DEFAULT_INPUTS, INPUT_LIMITS, type TheoryInputs } from "../shared/theory/inputs.ts";
import { findingWords } from "../shared/theory/statement.ts";

const NAMES = Object.keys(DEFAULT_INPUTS) as (keyof TheoryInputs)[];
/** batchSize is --batch-size */
const flagOf = (name: string) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

const USAGE = `npm run theory [-- OPTIONS]
  Checks every theorem of the paper on random networks and prints what it found; exits with 1 if one that is proved fails.
${NAMES.map((name) => `    --${flagOf(name)} (default ${DEFAULT_INPUTS[name]}, from ${INPUT_LIMITS[name].low} to ${INPUT_LIMITS[name].high})`).join("\n")}
    --json`;

try {
  const inputOptions = Object.fromEntries(NAMES.map((name) => [flagOf(name), { type: "string" as const }]));
  const { values } = parseArgs({
    options: { ...inputOptions, json: { type: "boolean", default: false }, help: { type: "boolean", default: false } },
  });
  const flags = values as Readonly<Record<string, string | boolean | undefined>>;
  if (flags["help"] === true) console.log(USAGE);
  else {
    const given = NAMES.filter((name) => flags[flagOf(name)] !== undefined);
    const numbers = given.map((name) => [name, Number(flags[flagOf(name)])] as const);
    run(checkedInputs(Object.fromEntries(numbers)), flags["json"] === true);
  }
} catch (error) {
  console.error(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
  process.exitCode = 1;
}

function run(inputs: TheoryInputs, isJson: boolean): void {
  const results = [];
  if (!isJson) console.log(NAMES.map((name) => `${name} ${inputs[name]}`).join(", "));
  for (const checked of checkAll(inputs)) {
    results.push(checked);
    if (!checked.holds) process.exitCode = 1;
    const { name, title } = statements.find(({ id }) => id === checked.id)!;
    if (isJson) continue;
    console.log(`\n${name}. ${title}\n  ${checked.verdict}`);
    for (const finding of checked.findings) {
      const { result, want } = findingWords(finding);
      const mark = finding.kind === "measure" ? " " : holds(finding) ? (want === "not proved" ? "·" : "✓") : "✗";
      console.log(`    ${mark} ${finding.what.padEnd(74)} ${result.padStart(20)}  ${want}`);
    }
  }
  if (isJson) console.log(JSON.stringify({ inputs, statements: results }, null, 1));
}
