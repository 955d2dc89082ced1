import { readdirSync } from "node:fs";
import type { Browser, Page } from "playwright";
import { afterAll, beforeAll, expect, test } from "vitest";
import { launch, pageOf } from "./launch.ts";
import type { OpReport, tryOp as tryInPage } from "./ops-page.ts";

/** Inputs and constants have nothing to compute; a graph of nothing else has no node to place on the GPU. */
const WITHOUT_NODES = new Set(["input.ts", "constant.ts", "iota.ts", "stop-gradient.ts"]);
const files = readdirSync(new URL("../../shared/graph/ops/", import.meta.url)).filter((file) => !WITHOUT_NODES.has(file));

let browser: Browser;
let page: Page;

beforeAll(async () => {
  browser = await launch();
  page = await pageOf(browser, "tests/browser/ops-page.ts", "tryOp");
});

afterAll(async () => {
  await browser?.close();
});

test.each(files)(
  "%s and its gradient run on WebGPU, with no node on the processor, and agree with the reference",
  async (file) => {
    const reports = await page.evaluate((name) => (globalThis as unknown as { tryOp: typeof tryInPage }).tryOp(name), file);
    expect(reports.length).toBeGreaterThan(0);
    for (const report of reports satisfies OpReport[]) {
      expect(report.failure, report.example).toBeNull();
      expect(report.value, report.example).toBeLessThan(5e-6);
      if (report.gradient !== null) expect(report.gradient, `gradient of ${report.example}`).toBeLessThan(1e-5);
    }
  },
);
