import { describe, expect, it } from "vitest";
import { normal, uniform } from "../../../shared/math/random.ts";
import type { NetworkSpec } from "../../../shared/nn/networks/index.ts";
import { noiseKey } from "../../../shared/nn/noise.ts";
import { type Normalization, normalizations } from "../../../shared/nn/normalization/index.ts";
import { compileTraining, initialState, type ProgramSpec } from "../../../shared/nn/training.ts";
import { runOnCpu } from "../ort.ts";

/** Few images and few channels, but sums long enough to be taken in two parts. */
const vgg: NetworkSpec = { family: "vgg", depth: 11, width: 1 / 32, head: "linear" };
const batchSize = 4;

/** Three times the worst measured, of InstanceNorm, whose last maps have four pixels. */
const BOUND = 3e-5;

const cases: ProgramSpec[] = [
  ...(Object.keys(normalizations) as Normalization[]).map((normalization) => ({ network: vgg, normalization, batchSize })),
  { network: vgg, normalization: "batch", placement: "after", batchSize },
  { network: { family: "mlp", depth: 3, units: 8, activation: "relu" }, normalization: "batch", batchSize },
  { network: { family: "resnet", depth: 20, width: 1 / 8, skips: true }, normalization: "batch", batchSize },
];

describe("a step is the same step for an emulated GPU, where products and sums become part of each other", () => {
  it.each(cases.map((spec) => [`${spec.network.family}, ${spec.normalization}, ${spec.placement ?? "before"}`, spec] as const))(
    "%s",
    async (_, spec) => {
      const at = feeds(spec);
      const [want, got] = await Promise.all(
        (["cpu", "emulated"] as const).map(async (target) => runOnCpu(compileTraining(spec, target).train, at)),
      );
      const before = at["parameters"]!;
      const moved = Math.max(...want!["parametersNext"]!.map((number, i) => Math.abs(number - before[i]!)));
      expect(moved).toBeGreaterThan(1e-4);
      for (const [i, number] of want!["parametersNext"]!.entries()) {
        expect(Math.abs(got!["parametersNext"]![i]! - number) / moved, `parameter ${i}`).toBeLessThan(BOUND);
      }
      for (const [i, number] of want!["statisticsNext"]?.entries() ?? []) {
        expect(Math.abs(got!["statisticsNext"]![i]! - number), `statistic ${i}`).toBeLessThan(
          1e-6 * Math.max(1, Math.abs(number)),
        );
      }
      expect(got!["loss"]![0]! / want!["loss"]![0]!).toBeCloseTo(1, 6);
    },
  );
});

function feeds(spec: ProgramSpec): Record<string, ArrayLike<number>> {
  return {
    ...initialState({ ...spec, seed: 1 }),
    images: normal(1, "images", 0, spec.batchSize * 3 * 32 * 32),
    labels: Array.from(uniform(1, "labels", 0, spec.batchSize), (u) => Math.floor(10 * u)),
    learningRate: [1],
    weightDecay: [0.1],
    noiseKey: noiseKey(1, 0),
  };
}
