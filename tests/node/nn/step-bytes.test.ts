import { spawnSync } from "node:child_process";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { returning } from "../../../scripts/volunteer/returned-memory.ts";
import { exp } from "../../../shared/graph/ops/exp.ts";
import { input } from "../../../shared/graph/ops/input.ts";
import { multiply } from "../../../shared/graph/ops/multiply.ts";
import { reshape } from "../../../shared/graph/ops/reshape.ts";
import { peakBytes } from "../../../shared/graph/peak-bytes.ts";
import { stepBytes } from "../../../shared/nn/step-bytes.ts";
import type { ProgramSpec } from "../../../shared/nn/training.ts";

const vgg = (batchSize: number, width = 1 / 8): ProgramSpec => ({
  network: { family: "vgg", depth: 11, width, head: "linear" },
  normalization: "batch",
  batchSize,
});

describe("memory, predicted", () => {
  it("counts what is alive at once: a chain frees each value after its last use", () => {
    const x = input("x", "float32", [1000]);
    // x stays; of the chain two at a time.
    expect(peakBytes([exp(exp(exp(exp(x))))])).toBe(4 * 3000);
  });

  it("keeps a value until its last use, and an output for good", () => {
    const x = input("x", "float32", [1000]);
    const early = exp(x);
    expect(peakBytes([multiply(exp(exp(early)), early)])).toBe(4 * 4000);
    expect(peakBytes([early, exp(exp(exp(early)))])).toBe(4 * 4000);
  });

  it("counts a reshaped value once", () => {
    const x = input("x", "float32", [1000]);
    expect(peakBytes([reshape(exp(x), [10, 100])])).toBe(4 * 2000);
  });

  it("grows with the batch, and with the width", () => {
    expect(stepBytes(vgg(128)) / stepBytes(vgg(64))).toBeGreaterThan(1.9);
    expect(stepBytes(vgg(128, 1 / 4))).toBeGreaterThan(1.5 * stepBytes(vgg(128)));
  });

  it("is near what a process that trains really grows by", () => {
    const script = path.join(import.meta.dirname, "resident-growth.ts");
    // Left alone, glibc keeps a block that was freed in one process and returns it in the next.
    const env = returning(process.env);
    const run = spawnSync(process.execPath, [script, JSON.stringify(vgg(256, 1 / 4))], { encoding: "utf8", env });
    expect(run.stderr).toBe("");
    const grown = Number(run.stdout);
    const predicted = stepBytes(vgg(256, 1 / 4));
    expect(predicted / grown, `predicted ${predicted}, grew by ${grown}`).toBeGreaterThan(0.5);
    expect(predicted / grown, `predicted ${predicted}, grew by ${grown}`).toBeLessThan(2);
  });
});
