import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { chromium } from "playwright";
import { type Normalization, normalizations } from "../shared/nn/normalization/index.ts";
import type { Probes } from "../shared/protocol/probes.ts";
import type { TrainingSpec } from "../shared/protocol/training-spec.ts";
import { type Agreement, compare } from "./agreement/compare.ts";
import type { trainInBrowser } from "./agreement/page.ts";
import { measuredApart } from "./agreement/measured.ts";
import { type How, type Interval, trainInterval, type Trained } from "./agreement/train.ts";
import { BROWSER_FLAGS, resolveBrowser } from "./browser.ts";
import { servePage } from "./page-server.ts";
import { nodeRuntime } from "./volunteer/ort-node.ts";

const USAGE = `npm run agreement -- [options]
  --only a,b       these normalizations (default: all)
  --providers a,b  of wasm and webgpu, beside native CPU (default: both)
  --seeds 1,2      (default: 1)
  --steps 40       of an interval, which begins 20 steps into a run
  --rate 0.1       learning rate
  --network small  small: VGG-11 at width 1/16, batch 8; pilot: VGG-16 at 1/8, batch 128; deep-linear (float64; no webgpu)
  --honest         leaves the dishonest ways out
  --measurements   how far apart what is measured along five steps is, native CPU against two threads and WASM in Node; nothing else
  --out FILE       also write the table there, as JSON lines
Trains one interval from one state on each provider, and once in each dishonest way, and compares what an audit compares.`;

/** At every step, of layers that every network has. */
const PROBES: Probes = {
  landscape: { every: 1, along: [0.5, 4], random: [0.5] },
  shift: { every: 1, layers: [1, 5, 8] },
  activations: { every: 1, layers: [1, 5], bins: 16 },
  theorem: { every: 1 },
};
const ROOT = path.resolve(import.meta.dirname, "..");
const WARM = 20;
const CHUNK = path.join(ROOT, "site/public/data/cifar10/train-0.bin");
const { values } = parseArgs({
  options: {
    only: { type: "string" },
    providers: { type: "string", default: "wasm,webgpu" },
    seeds: { type: "string", default: "1" },
    steps: { type: "string", default: "40" },
    rate: { type: "string", default: "0.1" },
    network: { type: "string", default: "small" },
    honest: { type: "boolean", default: false },
    measurements: { type: "boolean", default: false },
    out: { type: "string" },
    help: { type: "boolean", default: false },
  },
});
const names = (values.only?.split(",") ?? Object.keys(normalizations)) as Normalization[];
const providers = values.providers.split(",").filter((name) => name !== "") as ("wasm" | "webgpu")[];
const [seeds, steps, rate] = [values.seeds.split(",").map(Number), Number(values.steps), Number(values.rate)];
const NETWORKS: Record<string, Pick<TrainingSpec, "dataset" | "network" | "batchSize" | "weightDecay">> = {
  small: {
    dataset: "cifar-10",
    network: { family: "vgg", depth: 11, width: 1 / 16, head: "linear" },
    batchSize: 8,
    weightDecay: 5e-4,
  },
  pilot: {
    dataset: "cifar-10",
    network: { family: "vgg", depth: 16, width: 1 / 8, head: "linear" },
    batchSize: 128,
    weightDecay: 5e-4,
  },
  "deep-linear": {
    dataset: "linear-map",
    network: { family: "deep-linear", layers: 25, units: 10 },
    batchSize: 1000,
    weightDecay: 0,
  },
};
const network = NETWORKS[values.network];
const isWrong =
  names.some((name) => !(name in normalizations)) || [...seeds, steps].some((n) => !Number.isInteger(n)) || !(rate > 0);
if (values.help || !network || isWrong) {
  console.log(USAGE);
  process.exit(values.help ? 0 : 2);
}

if (values.measurements) {
  for (const normalization of names) {
    for (const seed of seeds) {
      const plain = { ...network, normalization, learningRate: rate, seed, steps: WARM + 5, recordEvery: 1, evaluateEvery: null };
      const found = await measuredApart({ ...plain, probes: PROBES }, WARM, 5, CHUNK);
      for (const [what, apart] of Object.entries(found))
        console.log(JSON.stringify({ network: values.network, rate, normalization, seed, what, apart }));
    }
  }
  process.exit(0);
}

const CHEATS: How[] = ["skips half", "skips a tenth", "flips signs", "rate x 1.05", "rate x 1.5", "other data"];
const recordEvery = 10;
const chunk = readFileSync(CHUNK);
const { executablePath, env } = await resolveBrowser();
const server = providers.length > 0 ? await servePage("scripts/agreement/page.ts") : null;
const inherited = Object.entries({ ...process.env, ...env }).filter((entry): entry is [string, string] => entry[1] !== undefined);
const browser = server && (await chromium.launch({ executablePath, args: BROWSER_FLAGS, env: Object.fromEntries(inherited) }));
const lines: string[] = [];

for (const normalization of names) {
  for (const seed of seeds) {
    const spec: TrainingSpec = {
      ...network,
      normalization,
      learningRate: rate,
      seed,
      steps: WARM + steps,
      recordEvery,
      evaluateEvery: null,
    };
    const native = (interval: Interval) => trainInterval(nodeRuntime(1), interval, spec.dataset === "cifar-10" ? chunk : null);
    const warm = await native({ spec, start: null, fromStep: 0, steps: WARM, window: 0, how: "honest" });
    const interval: Interval = { spec, start: warm.end, fromStep: WARM, steps, window: 5, how: "honest" };
    const honest: [string, Trained][] = [["cpu", await native(interval)]];
    for (const provider of providers) honest.push([provider, await inBrowser(provider, interval)]);
    honest.forEach(([a, mine], i) => {
      for (const [b, other] of honest.slice(i + 1))
        report(normalization, seed, `${a} and ${b}`, compare(mine, other, warm.end, recordEvery));
    });
    for (const how of values.honest ? [] : CHEATS) {
      const cheat = await native({ ...interval, how });
      report(normalization, seed, how, compare(cheat, honest[0]![1], warm.end, recordEvery));
    }
  }
}
await browser?.close();
await server?.close();
if (values.out) writeFileSync(values.out, lines.join(""));

function report(normalization: string, seed: number, what: string, agreement: Agreement): void {
  const line = `${JSON.stringify({ network: values.network, rate, steps, normalization, seed, what, ...agreement })}\n`;
  lines.push(line);
  process.stdout.write(line);
}

/** Trains in a fresh page. */
async function inBrowser(provider: "webgpu" | "wasm", interval: Interval): Promise<Trained> {
  const page = await browser!.newPage();
  try {
    await page.goto(server!.address);
    await page.waitForFunction(() => "trainInBrowser" in globalThis);
    return await page.evaluate(
      ([where, what]) => (globalThis as unknown as { trainInBrowser: typeof trainInBrowser }).trainInBrowser(where, what),
      [provider, interval] as const,
    );
  } finally {
    await page.close();
  }
}
