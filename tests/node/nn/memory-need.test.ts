import { spawnSync } from "node:child_process";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { memoryNeed } from "../../../shared/nn/memory-need.ts";
import { stateLayout } from "../../../shared/nn/training.ts";
import type { ProgramSpec } from "../../../shared/nn/training.ts";

const vgg = (width: number, batchSize: number): ProgramSpec => ({
  network: { family: "vgg", depth: 11, width, head: "linear" },
  normalization: "batch",
  batchSize,
});

describe("what a device must have", () => {
  // The second convolves by tiles.
  it.each([vgg(1 / 8, 128), { ...vgg(1 / 2, 128), normalization: "none" as const }])(
    "is more than a process that trains and tests takes, and not much more: %j",
    (spec) => {
      const script = path.resolve(import.meta.dirname, "../../../scripts/bench/memory-need.ts");
      const run = spawnSync(process.execPath, ["--expose-gc", script, JSON.stringify(spec)], { encoding: "utf8" });
      expect(run.stderr).toBe("");
      const measured = Number(run.stdout);
      const { bytes } = memoryNeed(spec, "cpu");
      expect(measured).toBeGreaterThan(50e6);
      expect(bytes / measured, `need ${bytes}, measured ${measured}`).toBeGreaterThan(1);
      expect(bytes / measured, `need ${bytes}, measured ${measured}`).toBeLessThan(3);
    },
  );

  it("in one piece is at least the first layer's activations, and the parameters", () => {
    const small = memoryNeed(vgg(1, 128), "webgpu").largestBufferBytes;
    expect(small).toBeGreaterThanOrEqual(4 * 128 * 64 * 32 * 32);
    const wide = vgg(1, 2);
    expect(memoryNeed(wide, "webgpu").largestBufferBytes).toBeGreaterThanOrEqual(4 * stateLayout(wide)[0]!.shape[0]!);
  });

  it("grows with what is measured on the way", () => {
    const spec = vgg(1 / 8, 128);
    expect(memoryNeed({ ...spec, probes: {} }, "wasm").bytes).toBeGreaterThan(1.2 * memoryNeed(spec, "wasm").bytes);
  });
});
