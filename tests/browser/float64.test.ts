import type { Browser, Page } from "playwright";
import { afterAll, beforeAll, expect, test } from "vitest";
import { normal } from "../../shared/math/random.ts";
import { compileTraining, initialState, type ProgramSpec } from "../../shared/nn/training.ts";
import { runOnCpu } from "../node/ort.ts";
import type { linearStep as stepInPage } from "./float64-page.ts";
import { launch, pageOf } from "./launch.ts";

let browser: Browser;
let page: Page;

beforeAll(async () => {
  browser = await launch();
  page = await pageOf(browser, "tests/browser/float64-page.ts", "linearStep");
});

afterAll(async () => {
  await browser?.close();
});

test.each(["none", "batch", "l1", "l2", "linf"] as const)(
  "the deep linear network (%s) trains in float64 on WASM, as on the native CPU",
  async (normalization) => {
    const got = await page.evaluate(
      (name) => (globalThis as unknown as { linearStep: typeof stepInPage }).linearStep(name),
      normalization,
    );

    const spec: ProgramSpec = { network: { family: "deep-linear", layers: 25, units: 10 }, normalization, batchSize: 64 };
    const state = initialState({ ...spec, seed: 1 });
    const want = await runOnCpu(compileTraining(spec, "cpu").train, {
      parameters: state["parameters"]!,
      statistics: state["statistics"] ?? [],
      inputs: normal(1, "inputs", 0, 640),
      targets: normal(1, "targets", 0, 640),
      learningRate: [1e-6],
      weightDecay: [0],
    });
    expect(Math.abs(got.loss / want["loss"]![0]! - 1)).toBeLessThan(1e-12);
    const moved = want["parametersNext"]!.map((w, i) => w - state["parameters"]![i]!);
    const scale = Math.max(...moved.map(Math.abs));
    expect(scale).toBeGreaterThan(0);
    for (const [i, w] of want["parametersNext"]!.entries()) expect(Math.abs(got.parameters[i]! - w) / scale).toBeLessThan(1e-9);
  },
);
