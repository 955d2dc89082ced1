import { parseArgs } from "node:util";
import { Difference } from "./bundle/lines.ts";
import { verifyBundle } from "./bundle/verify.ts";

const USAGE = `npm run verify -- FILE
  Recomputes every number and every verdict of a bundle (npm run export) from its accepted results, without a network: chains, hashes, signatures, relations
  between numbers, how runs follow from results, merged metrics byte for byte, and the verdicts. Exit codes: 0 all as it says; 1 not so, with the first
  difference in words; 2 wrong arguments.`;

const { positionals, values } = parseArgs({ options: { help: { type: "boolean" } }, allowPositionals: true });
const [file, ...others] = positionals;
if (values.help || file === undefined || others.length > 0) {
  console[values.help ? "log" : "error"](USAGE);
  process.exit(values.help ? 0 : 2);
}
try {
  const { takenAt, lines, sha256, logEntries, experiments, verdicts, checkpoints, missing } = await verifyBundle(file);
  console.log(`${file}, of ${takenAt}, ${lines} lines, SHA-256 ${sha256}`);
  console.log(`  action log: ${logEntries} entries, one chain`);
  for (const { id, results, standing, signed } of experiments) {
    const voided = results > standing ? `, ${results - standing} of them voided` : "";
    console.log(`  ${id}: ${results} results in one chain${voided}, ${signed} signed; metrics recomputed: same bytes`);
  }
  const decided = verdicts.filter(({ verdict }) => verdict !== "undecided").length;
  console.log(`  verdicts: ${verdicts.length} judged again, the same; ${decided} decided`);
  console.log(`  checkpoints: ${checkpoints} to go on from`);
  for (const run of missing) console.log(`  note: the bundle has no checkpoint of ${run}`);
  console.log("All of it is as it says.");
} catch (error) {
  if (!(error instanceof Difference)) throw error;
  console.error(`${file}: ${error.message}.`);
  process.exitCode = 1;
}
