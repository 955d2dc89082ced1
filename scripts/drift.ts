import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { chromium } from "playwright";
import { type Normalization, normalizations } from "../shared/nn/normalization/index.ts";
import { BROWSER_FLAGS, resolveBrowser } from "./browser.ts";
import type { trainInBrowser as trainInPage } from "./drift/page.ts";
import { type DriftRun, driftRun } from "./drift/spec.ts";
import { trainStops } from "./drift/train.ts";
import { servePage } from "./page-server.ts";
import { nodeRuntime } from "./volunteer/ort-node.ts";

const USAGE = `npm run drift -- [options]
  --steps 1,10,100   where the weights are compared
  --only a,b         these normalizations (default: all)
  --out FILE         also write the table there
Trains the same steps on native CPU, WASM and WebGPU (a software GPU where there is no other) and compares the weights.`;

const ROOT = path.resolve(import.meta.dirname, "..");
const { values } = parseArgs({
  options: {
    steps: { type: "string", default: "1,10,100" },
    only: { type: "string" },
    out: { type: "string" },
    help: { type: "boolean", default: false },
  },
});
if (values.help) {
  console.log(USAGE);
  process.exit(0);
}
const after = values.steps.split(",").map(Number);
const names = (values.only?.split(",") ?? Object.keys(normalizations)) as Normalization[];
const unknown = names.filter((name) => !(name in normalizations));
if (unknown.length > 0 || after.some((step) => !Number.isInteger(step) || step < 1)) {
  console.error(
    `Got --only ${unknown.join(",")} --steps ${values.steps}; want ${Object.keys(normalizations).join(",")} and whole numbers.\n${USAGE}`,
  );
  process.exit(2);
}

const chunk = readFileSync(path.join(ROOT, "site/public/data/cifar10/train-0.bin"));
const { executablePath, env } = await resolveBrowser();
const server = await servePage("scripts/drift/page.ts");
const inherited = Object.entries({ ...process.env, ...env }).filter((entry): entry is [string, string] => entry[1] !== undefined);
const browser = await chromium.launch({ executablePath, args: BROWSER_FLAGS, env: Object.fromEntries(inherited) });

const rows: string[] = [
  `| normalization | ${after.flatMap((step) => [`WASM, step ${step}`, `WebGPU, step ${step}`]).join(" | ")} |`,
  `|---|${after.map(() => "---|---|").join("")}`,
];
for (const name of names) {
  const run = driftRun(name, after);
  process.stderr.write(`${name}: native CPU`);
  const cpu = await trainStops(nodeRuntime(1), run, chunk);
  process.stderr.write(", WASM");
  const wasm = await inBrowser("wasm", run);
  process.stderr.write(", WebGPU");
  const webgpu = await inBrowser("webgpu", run);
  process.stderr.write("\n");
  const cells = after.flatMap((_, i) => [wasm, webgpu].map((other) => distance(other[i]!, cpu[i]!).toExponential(1)));
  rows.push(`| ${name} | ${cells.join(" | ")} |`);
  console.log(rows.at(-1));
}
await browser.close();
await server.close();
console.log(`\n${rows.join("\n")}`);
if (values.out) writeFileSync(values.out, `${rows.join("\n")}\n`);

/** Trains in a fresh page. */
async function inBrowser(provider: "webgpu" | "wasm", run: DriftRun): Promise<number[][]> {
  const page = await browser.newPage();
  try {
    await page.goto(server.address);
    await page.waitForFunction(() => "trainInBrowser" in globalThis);
    return await page.evaluate(
      ([where, what]) => (globalThis as unknown as { trainInBrowser: typeof trainInPage }).trainInBrowser(where, what),
      [provider, run] as const,
    );
  } finally {
    await page.close();
  }
}

/** Relative l2 distance; NaN where training diverged. */
function distance(a: readonly number[], b: readonly number[]): number {
  const squares = a.reduce((sum, value, i) => sum + (value - b[i]!) ** 2, 0);
  return Math.sqrt(squares / b.reduce((sum, value) => sum + value ** 2, 0));
}
