import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { chromium } from "playwright";
import { format, resolveConfig } from "prettier";
import { CALIBRATION_CASES } from "../shared/audit/calibration/cases.ts";
import { judgeCalibration } from "../shared/audit/calibration/judge.ts";
import { KNOWN_ANSWERS } from "../shared/audit/calibration/known.ts";
import { project } from "../shared/audit/calibration/project.ts";
import { canonicalJson } from "../shared/math/json.ts";
import { initialState } from "../shared/nn/training.ts";
import type { CalibrationAnswer } from "../shared/protocol/calibration.ts";
import type { Provider } from "../shared/protocol/lease.ts";
import { calibrationAnswers } from "../shared/volunteer/calibrate.ts";
import { BROWSER_FLAGS, resolveBrowser } from "./browser.ts";
import type { calibrateInBrowser } from "./calibration/page.ts";
import { servePage } from "./page-server.ts";
import { nodeRuntime } from "./volunteer/ort-node.ts";
import { wasmRuntime } from "./volunteer/ort-wasm.ts";

const USAGE = `npm run calibration -- [options]
  --write        writes native CPU's answers as the known ones (another reference: every device is calibrated anew)
  --browser      also in Chromium, on WASM with as many threads and on WebGPU
  --threads 1,4  of native CPU and of WASM (in Node: the first)
Computes the calibration's answers here, and says how far they are from the known ones and what they took.`;

const FILE = path.resolve(import.meta.dirname, "../shared/audit/calibration/known.ts");
const { values } = parseArgs({
  options: {
    write: { type: "boolean", default: false },
    browser: { type: "boolean", default: false },
    threads: { type: "string", default: "1" },
    help: { type: "boolean", default: false },
  },
});
const threads = values.threads.split(",").map(Number);
if (values.help || threads.some((count) => !Number.isInteger(count) || count < 1)) {
  console.log(USAGE);
  process.exit(values.help ? 0 : 2);
}

const sha256 = (bytes: Uint8Array) => Promise.resolve(createHash("sha256").update(bytes).digest("hex"));
if (values.write) await write(await calibrationAnswers(nodeRuntime(1), sha256));
else {
  for (const count of threads) {
    await show(`native CPU, threads: ${count}`, "cpu", () => calibrationAnswers(nodeRuntime(count), sha256));
  }
  const [first = 1] = threads; // A started WebAssembly cannot change its threads.
  await show(`WASM in Node, threads: ${first}`, "wasm", async () => calibrationAnswers(await wasmRuntime(first), sha256));
  if (values.browser) await inBrowser();
}
process.exit(0); // WASM's threads would keep Node alive.

async function write(answers: readonly CalibrationAnswer[]): Promise<void> {
  const known = answers.map((answer, i) => {
    const { spec } = CALIBRATION_CASES[i]!;
    return { ...answer, start: project(initialState(spec)["parameters"]!, spec.seed) };
  });
  const text = `import type { KnownAnswer } from "./judge.ts";

/* eslint-disable no-loss-of-precision -- each is the shortest text of its float64 */
/** Written by \`npm run calibration -- --write\`, on native CPU. */
export const KNOWN_ANSWERS: readonly KnownAnswer[] = ${JSON.stringify(known)};
`;
  writeFileSync(FILE, await format(text, { ...(await resolveConfig(FILE)), parser: "typescript" }));
  const isSame = canonicalJson(known) === canonicalJson(KNOWN_ANSWERS);
  console.log(isSame ? "The known answers are as they were." : "The known answers have changed.");
}

async function show(where: string, provider: Provider, answer: () => Promise<readonly CalibrationAnswer[]>): Promise<void> {
  const begunMs = performance.now();
  const answers = await answer();
  const seconds = (performance.now() - begunMs) / 1000;
  const { verdict, cases } = judgeCalibration(answers, provider);
  console.log(`${where}: ${verdict}, ${seconds.toFixed(1)} s`);
  cases.forEach(({ id, spread, words }, i) => {
    const far = spread
      ? `first loss ${spread.firstLoss.toExponential(1)}, weights ${spread.distance.toExponential(1)}`
      : "not finite";
    console.log(`  ${id}: ${far}; ${answers[i]?.end.slice(0, 12)}. ${words}`);
  });
}

/** Each in a fresh page. */
async function inBrowser(): Promise<void> {
  const { executablePath, env } = await resolveBrowser();
  const inherited = Object.entries({ ...process.env, ...env }).filter((one): one is [string, string] => one[1] !== undefined);
  const server = await servePage("scripts/calibration/page.ts");
  const browser = await chromium.launch({ executablePath, args: BROWSER_FLAGS, env: Object.fromEntries(inherited) });
  const runs = [...threads.map((count) => ["wasm", count] as const), ["webgpu", 1] as const];
  for (const [provider, count] of runs) {
    const page = await browser.newPage();
    await page.goto(server.address);
    await page.waitForFunction(() => "calibrateInBrowser" in globalThis);
    await show(`${provider} in Chromium, threads: ${count}`, provider, () =>
      page.evaluate(
        ([where, many]) =>
          (globalThis as unknown as { calibrateInBrowser: typeof calibrateInBrowser }).calibrateInBrowser(where, many),
        [provider, count] as const,
      ),
    );
    await page.close();
  }
  await browser.close();
  await server.close();
}
