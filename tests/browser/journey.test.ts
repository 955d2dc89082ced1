import { mkdtempSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import type { Browser, Page } from "playwright";
import { afterAll, beforeAll, expect, test } from "vitest";
import { experimentHeader } from "../../shared/experiments/experiment.ts";
import { training } from "../../shared/experiments/training.ts";
import type { LeaseRequest } from "../../shared/protocol/lease.ts";
import { StudySnapshot } from "../../shared/protocol/snapshot.ts";
import { PROTOCOL_VERSION } from "../../shared/protocol/version.ts";
import { fileKeys } from "../../scripts/volunteer/keys.ts";
import { openCoordinator } from "../../shared/volunteer/coordinator.ts";
import { launch } from "./launch.ts";
import { startStudy, type StudyServer } from "../../scripts/start/study-server.ts";

/** On two busy cores a shard of 200 steps takes a while; on a quiet machine about a minute. */
const SHARD_PATIENCE_MS = 900_000;

/** The experiment whose runs Figure 1 shows. */
const figure1 = experimentHeader(training, "pilot");

let server: StudyServer;
let browser: Browser;
let page: Page;
const complaints: string[] = [];

beforeAll(async () => {
  server = await startStudy();
  browser = await launch();
  page = await (await browser.newContext()).newPage();
  page.on("pageerror", ({ message }) => complaints.push(message));
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(message.text());
  });
});

afterAll(async () => {
  await browser?.close();
  await server?.close();
});

test(
  "a newcomer opens the page, presses the button, and sees their own shard move Figure 1",
  { timeout: SHARD_PATIENCE_MS + 120_000 },
  async () => {
    await somebodyElseTakes("standard-lr0.1");

    // Without a GPU it would be offered the deep linear network first; Figure 1 is about this one.
    await page.goto(`${server.origin}/?experiment=${figure1.id}`);
    expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
    await page.locator('volunteer-start [data-action="start"]').first().click();

    // The dock follows to the other pages, and so does the training.
    await page.locator('volunteer-dock a[href="/donate"]').click();
    await slot("variant").filter({ hasText: "BatchNorm, learning rate 0.1" }).waitFor({ timeout: 120_000 });
    expect(await slot("deviceReason").textContent()).toMatch(/^(WebGPU on |WebAssembly on the processor: )/);
    await trainedTo(5);
    await page.getByRole("link", { name: "Report" }).or(page.locator('header a[href="/"]')).first().click();
    await page.locator("#fig1a").waitFor();
    await page.locator('volunteer-dock a[href="/donate"]').click();

    // A second tab does not compete with the first.
    const second = await page.context().newPage();
    await second.goto(`${server.origin}/donate`);
    await second.locator('volunteer-panel [data-action="start"]').click();
    await second.locator("volunteer-panel").getByText("Another tab is training").waitFor();
    await second.close();

    await page.locator('volunteer-panel [data-action="pause"]').click();
    await title().filter({ hasText: "Paused" }).waitFor();
    const pausedAt = await step();

    // A pause saves a local checkpoint and outlives a reload; resume goes on from there.
    await page.reload();
    await title().filter({ hasText: "Paused" }).waitFor();
    await page.locator('volunteer-panel [data-action="resume"]').click();
    expect(await goingOnFrom()).toBe(pausedAt);
    await trainedTo(pausedAt + 3);

    // So does a reload in the middle of training, without a button.
    await page.reload();
    expect(await goingOnFrom()).toBeGreaterThanOrEqual(pausedAt);

    const run = await acceptedRun();
    expect(run.training.step).toEqual(Array.from({ length: 20 }, (_, i) => 10 * i));
    expect(run.evaluation.step).toEqual([0, 200]);
    const late = run.training.accuracy.filter((_, i) => run.training.step[i]! >= 150);
    const mean = late.reduce<number>((sum, accuracy) => sum + (accuracy ?? 0), 0) / late.length;
    expect(mean, "training accuracy of steps 150 to 200; chance is 0.1").toBeGreaterThan(0.2);

    // The same page, still open, shows it: the figure, its numbers, where they came from.
    await page.locator("volunteer-dock, header").locator('a[href="/"]').first().click();
    const figure = page.locator("#fig1a");
    await figure.scrollIntoViewIfNeeded();
    await figure
      .locator("[data-status]")
      .getByText(/^Live: last result/)
      .waitFor({ timeout: 60_000 });
    await expect.poll(() => figure.locator('[data-table="numbers"] tbody').textContent(), { timeout: 60_000 }).toContain("190");
    await expect
      .poll(() => page.locator('[data-table="provenance"] tbody').textContent(), { timeout: 60_000 })
      .toContain("BatchNorm, learning rate 0.1, seed 1");
    // To whom it belongs it stands out, and a switch in the key takes that back.
    const own = figure.locator("[data-own-runs]");
    await own.getByText("yours, in 1 run: seed 1").waitFor({ timeout: 60_000 });
    const strongest = () => figure.locator('[data-panel] svg path[stroke-width="2"]').count();
    await expect.poll(strongest).toBeGreaterThan(0);
    await own.locator("input").uncheck();
    await expect.poll(strongest).toBe(0);
    await own.locator("input").check();

    await page.locator('volunteer-dock a[href="/donate"]').click();
    expect(await slot("shards").textContent()).toBe("1");

    // What it gave has a page. A name that is chosen there stands with what was handed in before.
    await page.locator('volunteer-panel a[href="/contribution"]').click();
    await page
      .locator('contribution-page [data-slot="given"]')
      .filter({ hasText: "200 steps in 1 shard were accepted" })
      .waitFor();
    expect(await page.locator("contribution-page [data-curves] path.own").getAttribute("d")).toMatch(/^M0\.0 .+L/);
    await page.locator('volunteer-name [name="alias"]').fill("Ada <i>L.</i>");
    await page.locator("volunteer-name button").click();
    await page.locator("volunteer-name").getByText("your results are shown as “Ada <i>L.</i>”").waitFor();
    await page.locator("volunteer-dock, header").locator('a[href="/"]').first().click();
    await expect
      .poll(() => page.locator('[data-table="provenance"] tbody').textContent(), { timeout: 90_000 })
      .toContain("Ada <i>L.</i>");
    await page.locator('volunteer-dock a[href="/donate"]').click();
    await page.locator('volunteer-panel [data-action="stop"]').click();
    await title().filter({ hasText: "Not training" }).waitFor({ timeout: 60_000 });
    expect(complaints).toEqual([]);
  },
);

const slot = (name: string) => page.locator(`volunteer-panel [data-slot="${name}"]`).first();
const title = () => slot("title");
const step = async () => Number(((await slot("step").textContent()) ?? "").split(" of ")[0]?.replace(",", ""));

/** The step of the local checkpoint with which this page's shard began. */
async function goingOnFrom(): Promise<number> {
  const note = page.locator("volunteer-panel [data-notes]").getByText(/Going on from step \d+/);
  await note.waitFor({ timeout: 120_000 });
  return Number(/from step (\d+)/.exec((await note.textContent()) ?? "")?.[1]);
}

async function trainedTo(wanted: number): Promise<void> {
  await expect.poll(step, { timeout: 300_000, interval: 500 }).toBeGreaterThanOrEqual(wanted);
}

/** Another volunteer has the study's first shard in hand, so that the page gets the first of a run with BatchNorm. */
async function somebodyElseTakes(variant: string): Promise<void> {
  const request: LeaseRequest = {
    protocol: PROTOCOL_VERSION,
    experiment: figure1.id,
    device: { provider: "cpu", adapter: null, threads: 1, runtime: "a test", platform: "a test" },
  };
  const folder = mkdtempSync(path.join(os.tmpdir(), "somebody-else-"));
  const reply = await openCoordinator({ fetch, origin: server.origin, keys: () => fileKeys(folder) }).lease(request);
  expect(reply.kind === "lease" && reply.lease.variant.id).toBe(variant);
}

/** The run that the page trained, once the published snapshot has its first shard. */
async function acceptedRun() {
  const deadline = Date.now() + SHARD_PATIENCE_MS;
  while (Date.now() < deadline) {
    const snapshot = StudySnapshot.parse(await (await fetch(`${server.origin}/api/snapshot`)).json());
    const variant = snapshot.experiments
      .find(({ experiment }) => experiment.id === figure1.id)
      ?.metrics.variants.find(({ id }) => id === "batchnorm-lr0.1");
    const run = variant?.runs.find(({ trainedSteps }) => trainedSteps > 0);
    if (run) return run;
    await page.waitForTimeout(2_000);
  }
  throw new Error(
    `no shard was accepted within ${SHARD_PATIENCE_MS / 60_000} minutes; the page says: ${await title().textContent()}`,
  );
}
