import path from "node:path";
import { type Browser, chromium, type Page } from "playwright";
import { median } from "../../shared/math/median.ts";
import { Rerun } from "../../shared/protocol/rerun.ts";
import { StudySnapshot } from "../../shared/protocol/snapshot.ts";
import { BROWSER_FLAGS, resolveBrowser } from "../browser.ts";
import { startStudy } from "../start/study-server.ts";
import { rerunToken } from "../start/token.ts";
import { processorMs } from "./processor-time.ts";

const ROOT = path.resolve(import.meta.dirname, "../..");
/** As the donate page offers them. */
const DUTIES = [1, 0.5, 0.25, 0.1] as const;
const ROUNDS = 3;
const WINDOW_MS = 8_000;
/** What was owed under the last duty is rested first. */
const SETTLE_MS = 2_000;
const PATIENCE_MS = 240_000;
/** Small steps, since rests come between them; every 50th is measured around, which the throttle holds as well. */
const SMALL = { seeds: [1], variants: ["batchnorm-lr0.1"], overrides: { width: 1 / 32, batchSize: 8, steps: 20_000 } };

/** What one provider did at one share of the time: medians over the rounds. */
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
    const experiment = await smallExperiment(study.origin);
    const page = await browser.newPage();
    const measured: Throttled[] = [];
    // The processor first: it makes the test that a run begins with in seconds.
    for (const provider of ["wasm", "webgpu"] as const) {
      note(provider);
      await page.goto(`${study.origin}/donate?experiment=${experiment}&provider=${provider}`);
      await page.locator('volunteer-panel [data-action="start"]').click();
      await trainedTo(page, (await trainedTo(page, 1)) + 10);
      measured.push(...(await duties(browser, page, provider)));
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
async function duties(browser: Browser, page: Page, provider: Throttled["provider"]): Promise<Throttled[]> {
  const seen = DUTIES.map((duty) => ({
    duty,
    stepsPerSecond: [] as number[],
    gpuProcess: [] as number[],
    others: [] as number[],
  }));
  for (let round = 0; round < ROUNDS; round++) {
    for (const one of seen) {
      await page.locator(`volunteer-settings input[name="duty"][value="${one.duty}"]`).check({ force: true });
      await page.waitForTimeout(SETTLE_MS);
      const [before, begunMs] = [await now(browser, page), performance.now()];
      await page.waitForTimeout(WINDOW_MS);
      const [after, tookMs] = [await now(browser, page), performance.now() - begunMs];
      one.stepsPerSecond.push((1000 * (after.step - before.step)) / tookMs);
      one.gpuProcess.push((after.gpuMs - before.gpuMs) / tookMs);
      one.others.push((after.othersMs - before.othersMs) / tookMs);
    }
  }
  return seen.map(({ duty, stepsPerSecond, gpuProcess, others }) => ({
    ...{ provider, duty, stepsPerSecond: median(stepsPerSecond) },
    ...{ gpuProcess: median(gpuProcess), others: median(others) },
  }));
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
    await page.waitForTimeout(250);
  }
}

async function smallExperiment(origin: string): Promise<string> {
  const { experiments } = StudySnapshot.parse(await (await fetch(`${origin}/api/snapshot`)).json());
  const parent = experiments.find(({ experiment }) => experiment.plan.spec.dataset === "cifar-10")!.experiment.id;
  const answer = await fetch(`${origin}/api/reruns`, {
    method: "POST",
    headers: { authorization: `Bearer ${rerunToken(path.join(ROOT, ".dev.vars"))}`, "content-type": "application/json" },
    body: JSON.stringify({ experiment: parent, ...SMALL, reason: "What does the throttle do?" }),
  });
  if (!answer.ok) throw new Error(`bench: POST /api/reruns: got ${answer.status} ${await answer.text()}`);
  return Rerun.parse(await answer.json()).id;
}
