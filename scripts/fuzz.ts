import { spawnSync } from "node:child_process";
import path from "node:path";
import { parseArgs } from "node:util";
import { wholeNumber } from "./whole-number.ts";

const USAGE = `npm run fuzz [-- options]
  --runs N   requests to each endpoint that takes a body (default: 300; \`npm test\` makes 12)
  --seed N   draws the same requests again (default: another one each time)
Sends every endpoint requests that are drawn from its own schema and then spoiled: see tests/workerd/fuzz.test.ts.
Exit codes: 0 every answer was one that is documented, and nothing refused left anything behind; 1 not so; 2 wrong arguments.`;

const { runs, seed } = readArguments();
console.log(
  `Seed ${seed}, ${runs} requests to each endpoint that takes a body. Again: npm run fuzz -- --seed ${seed} --runs ${runs}`,
);
const root = path.resolve(import.meta.dirname, "..");
const vitest = path.join(root, "node_modules/vitest/vitest.mjs");
const { status } = spawnSync(
  process.execPath,
  [vitest, "run", "--project", "workerd", "tests/workerd/fuzz.test.ts", "--testTimeout", String(60_000 + runs * 1000)],
  { stdio: "inherit", cwd: root, env: { ...process.env, FUZZ_SEED: String(seed), FUZZ_RUNS: String(runs) } },
);
console.log(`Seed ${seed}.`);
process.exit(status ?? 1);

function readArguments(): { runs: number; seed: number } {
  try {
    const text = { type: "string" } as const;
    const { values } = parseArgs({ options: { runs: text, seed: text, help: { type: "boolean" } } });
    if (values.help) {
      console.log(USAGE);
      process.exit(0);
    }
    return {
      runs: wholeNumber("--runs", values.runs) ?? 300,
      seed: wholeNumber("--seed", values.seed) ?? 1 + Math.floor(Math.random() * 2 ** 31),
    };
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
    process.exit(2);
  }
}
