import path from "node:path";
import { parseArgs } from "node:util";
import { optionsOf } from "./command-line.ts";
import { startTree } from "./start/process-tree.ts";
import { wholeNumber } from "./whole-number.ts";

const USAGE = `npm run fuzz [-- options]
  --runs N   requests to each endpoint that takes a body (default: 300; \`npm test\` makes 12)
  --seed N   draws the same requests again (default: another one each time)
Sends every endpoint requests that are drawn from its own schema and then spoiled: see tests/workerd/fuzz.test.ts.
Exit codes: 0 every answer was one that is documented, and nothing refused left anything behind; 1 not so; 2 wrong arguments.`;

const { runs, seed } = optionsOf(readArguments, USAGE);
console.log(
  `Seed ${seed}, ${runs} requests to each endpoint that takes a body. Again: npm run fuzz -- --seed ${seed} --runs ${runs}`,
);
const root = path.resolve(import.meta.dirname, "..");
const vitest = path.join(root, "node_modules/vitest/vitest.mjs");
const child = startTree(
  process.execPath,
  [
    vitest,
    "run",
    "--root",
    root,
    "--project",
    "workerd",
    "tests/workerd/fuzz.test.ts",
    "--testTimeout",
    String(60_000 + runs * 1000),
  ],
  { ...process.env, FUZZ_SEED: String(seed), FUZZ_RUNS: String(runs) },
  ["ignore", "inherit", "inherit"],
);
child.on("exit", (code) => {
  console.log(`Seed ${seed}.`);
  process.exit(code ?? 1);
});

function readArguments(args: readonly string[]) {
  const text = { type: "string" } as const;
  const { values } = parseArgs({ args: [...args], options: { runs: text, seed: text, help: { type: "boolean" } } });
  if (values.help) return "help" as const;
  return {
    runs: wholeNumber("--runs", values.runs) ?? 300,
    seed: wholeNumber("--seed", values.seed) ?? 1 + Math.floor(Math.random() * 2 ** 31),
  };
}
