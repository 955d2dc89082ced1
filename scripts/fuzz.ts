import path from "node:path";
import { parseArgs } from "node:util";
import { optionsOf, say } from "./command-line.ts";
import { heapsAround, LEAVES_AT_MOST } from "./fuzz/memory.ts";
import { bundle } from "./load/bundle.ts";
import { startLocal } from "./load/local-coordinator.ts";
import { startTree } from "./start/process-tree.ts";
import { wholeNumber } from "./whole-number.ts";

const USAGE = `npm run fuzz [-- options]
  --runs N   requests to each endpoint that takes a body (default: 300; \`npm test\` makes 12)
  --seed N   draws the same requests again (default: another one each time)
Sends every endpoint requests that are drawn from its own schema and then spoiled: see tests/workerd/fuzz.test.ts. Then a third as many over HTTP, and looks at the Worker's heap
before and after.
Exit codes: 0 every answer was one that is documented, and nothing refused left anything behind, stored or in memory; 1 not so; 2 wrong arguments.`;

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
const code = await new Promise<number>((resolve) => child.on("exit", (ended) => resolve(ended ?? 1)));
const held = code === 0 && (await memory());
console.log(`Seed ${seed}.`);
process.exit(held ? 0 : 1);

/** Whether requests leave next to nothing on the Worker's heap. */
async function memory(): Promise<boolean> {
  say("The same kinds of requests over HTTP and a socket, and what they leave in memory ...");
  const coordinator = await startLocal(bundle("workers/index.ts", path.join(root, ".cache/fuzz")));
  try {
    const { before, after, requests } = await heapsAround(coordinator, seed, Math.ceil(runs / 3));
    const each = (after - before) / requests;
    const mb = (bytes: number) => `${(bytes / 1e6).toFixed(2)} MB`;
    const words = `${mb(before)} on the heap after garbage was collected, ${mb(after)} after ${requests} more requests: ${each.toFixed(0)} bytes each`;
    say(each <= LEAVES_AT_MOST ? `${words}.` : `FAILED: ${words}, want at most ${LEAVES_AT_MOST}.`);
    return each <= LEAVES_AT_MOST;
  } finally {
    await coordinator.close();
  }
}

function readArguments(args: readonly string[]) {
  const text = { type: "string" } as const;
  const { values } = parseArgs({ args: [...args], options: { runs: text, seed: text, help: { type: "boolean" } } });
  if (values.help) return "help" as const;
  return {
    runs: wholeNumber("--runs", values.runs) ?? 300,
    seed: wholeNumber("--seed", values.seed) ?? 1 + Math.floor(Math.random() * 2 ** 31),
  };
}
