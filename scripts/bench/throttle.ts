import path from "node:path";
import { type Browser, chromium, type Page } from "playwright";
import { probeEvery } from "../../shared/protocol/measurements.ts";
import { Rerun } from "../../shared/protocol/rerun.ts";
import { StudySnapshot } from "../../shared/protocol/snapshot.ts";
import { BROWSER_FLAGS, resolveBrowser } from "../browser.ts";
import { startStudy } from "../start/study-server.ts";
import { rerunToken } from "../start/token.ts";
import { processorMs } from "./processor-time.ts";

const ROOT = path.resolve(import.meta.dirname, "../..");
/** As the donate page offers them. */
const DUTIES = [1, 0.5, 0.25, 0.1] as const;
const PATIENCE_MS = 1_200_000;
const LOOK_EVERY_MS = 100;
/** Small steps, so that there are many; the parent's plan says how often they are measured around and when the network is tested. */
const SMALL = { seeds: [1], variants: ["batchnorm-lr0.1"], overrides: { width: 1 / 32, batchSize: 8, steps: 20_000 } };
/**
 * A window begins and ends with a step that was measured around, since such a step takes as long as many others, and is long against a rest. It has so
 * many measurements, and as many tests of the network as come with them; where a GPU is emulated a test takes minutes, so there it has none.
 */
export const WINDOWS = { wasm: { rounds: 1, measurements: 4 }, webgpu: { rounds: 1, measurements: 1 } } as const;

/** What one provider did at one share of the time: means over all windows. */
export interface Throttled {
  readonly provider: "webgpu" | "wasm";
  readonly duty: number;
  readonly stepsPerSecond: number;
  /** Seconds of processor time in a second: of the process that computes for GPUs, and of all others of the browser. */
  readonly gpuProcess: number;
  readonly others: number;
}

/** The donate page's throttle on a real visitor: one shard of a small network, the share of the time changed by its buttons while it trains. */
export async function measureThrottle(note: (text: string) => void): Promise<Throttled[]> {
  const study = await startStudy();
  const { executablePath, env } = await resolveBrowser();
  const inherited = { ...(process.env as Record<string, string>), ...env };
  const browser = await chromium.launch({ executablePath, args: BROWSER_FLAGS, env: inherited });
  try {
    const { experiment, cycle } = await smallExperiment(study.origin);
    const page = await browser.newPage();
    const measured: Throttled[] = [];
    // The processor first: it makes the test that a run begins with in seconds.
    for (const provider of ["wasm", "webgpu"] as const) {
      note(provider);
      await page.goto(`${study.origin}/donate?experiment=${experiment}&provider=${provider}`);
      await page.locator('volunteer-panel [data-action="start"]').click();
      measured.push(...(await duties(browser, page, provider, cycle, note)));
      await page.locator('volunteer-panel [data-action="stop"]').click();
      await page.locator("volunteer-panel").getByText("Nothing runs until you press the button.").waitFor();
    }
    return measured;
  } finally {
    await browser.close();
    await study.close();
  }
}

/** Alternating, so that what disturbs one disturbs all. */
async function duties(
  browser: Browser,
  page: Page,
  provider: Throttled["provider"],
  cycle: Cycle,
  note: (text: string) => void,
): Promise<Throttled[]> {
  const { rounds, measurements } = WINDOWS[provider];
  const choose = (duty: number) => page.locator(`volunteer-settings input[name="duty"][value="${duty}"]`).check({ force: true });
  const seen = DUTIES.map((duty) => ({ duty, steps: 0, ms: 0, gpuMs: 0, othersMs: 0 }));
  for (let round = 0; round < rounds; round++) {
    for (const one of seen) {
      const begun = await untilWindow(page, cycle, measurements * cycle.measureEvery);
      await choose(one.duty);
      const [before, begunMs] = [await now(browser, page), performance.now()];
      await trainedTo(page, begun + measurements * cycle.measureEvery);
      const [after, endedMs] = [await now(browser, page), performance.now()];
      await choose(1);
      one.steps += after.step - before.step;
      one.ms += endedMs - begunMs;
      one.gpuMs += after.gpuMs - before.gpuMs;
      one.othersMs += after.othersMs - before.othersMs;
      note(`${provider} at ${one.duty}: ${after.step - before.step} steps in ${Math.round((endedMs - begunMs) / 1000)} s`);
    }
  }
  return seen.map(({ duty, steps, ms, gpuMs, othersMs }) => ({
    ...{ provider, duty, stepsPerSecond: (1000 * steps) / ms, gpuProcess: gpuMs / ms, others: othersMs / ms },
  }));
}

/**
 * Trains until a step has just ended that was measured around, and no test comes within the window's steps. A window that is longer than
 * from test to test begins anywhere.
 * @returns the steps that are done then
 */
async function untilWindow(page: Page, { measureEvery, testEvery }: Cycle, steps: number): Promise<number> {
  for (let done = await trainedTo(page, 1); ;) {
    const measured = (Math.floor((done - 1) / measureEvery) + 1) * measureEvery;
    done = await trainedTo(page, measured + 1);
    if (steps >= testEvery || (measured % testEvery) + steps < testEvery) return measured + 1;
  }
}

async function now(browser: Browser, page: Page) {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send("SystemInfo.getProcessInfo");
  await session.detach();
  const timeOf = (isGpu: boolean) => {
    const ms = processorMs(processInfo.filter(({ type }) => (type === "GPU") === isGpu).map(({ id }) => id));
    if (ms === null) throw new Error("bench: processor times are read from /proc: got none, want Linux");
    return ms;
  };
  return { step: await stepOf(page), gpuMs: timeOf(true), othersMs: timeOf(false) };
}

const stepOf = async (page: Page): Promise<number> => {
  const text = (await page.locator('volunteer-panel [data-slot="step"]').textContent()) ?? "";
  return Number(text.split(" of ")[0]!.replace(",", ""));
};

/** @returns the step that was reached */
async function trainedTo(page: Page, wanted: number): Promise<number> {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    const step = await stepOf(page);
    if (step >= wanted) return step;
    if (Date.now() > deadline) {
      const says = await page.locator('volunteer-panel [data-slot="title"]').textContent();
      throw new Error(`bench: got step ${step} after ${PATIENCE_MS / 1000} s, want ${wanted}; the page says: ${says}`);
    }
    await page.waitForTimeout(LOOK_EVERY_MS);
  }
}

/** Every so many steps there is a measurement, and a test. */
interface Cycle {
  readonly measureEvery: number;
  readonly testEvery: number;
}

async function smallExperiment(origin: string): Promise<{ experiment: string; cycle: Cycle }> {
  const { experiments } = StudySnapshot.parse(await (await fetch(`${origin}/api/snapshot`)).json());
  const parent = experiments.find(({ experiment }) => experiment.plan.spec.dataset === "cifar-10")!.experiment.id;
  const answer = await fetch(`${origin}/api/reruns`, {
    method: "POST",
    headers: { authorization: `Bearer ${rerunToken(path.join(ROOT, ".dev.vars"))}`, "content-type": "application/json" },
    body: JSON.stringify({ experiment: parent, ...SMALL, reason: "What does the throttle do?" }),
  });
  if (!answer.ok) throw new Error(`bench: POST /api/reruns: got ${answer.status} ${await answer.text()}`);
  const { id, plan } = Rerun.parse(await answer.json());
  const measureEvery = probeEvery(plan.spec.probes, "landscape");
  const testEvery = plan.spec.evaluateEvery;
  if (measureEvery === undefined || testEvery === null)
    throw new Error(`bench: ${parent}: got no measurements or no tests, want both`);
  return { experiment: id, cycle: { measureEvery, testEvery } };
}
