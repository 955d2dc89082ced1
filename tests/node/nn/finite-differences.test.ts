import { describe, expect, it } from "vitest";
import { evaluateReference } from "../../../shared/graph/reference.ts";
import { normal, uniform } from "../../../shared/math/random.ts";
import type { NetworkSpec } from "../../../shared/nn/networks/index.ts";
import { noiseKey } from "../../../shared/nn/noise.ts";
import { type Normalization, normalizations } from "../../../shared/nn/normalization/index.ts";
import { initialState, type ProgramSpec, trainStep } from "../../../shared/nn/training.ts";

const BATCH = 4;
const mlp: NetworkSpec = { family: "mlp", depth: 2, units: 8, activation: "relu" };
const everyNormalization = Object.keys(normalizations) as Normalization[];

const cases: ProgramSpec[] = [
  ...everyNormalization.flatMap((normalization) =>
    (["before", "after"] as const).map((placement) => ({ network: mlp, normalization, placement, batchSize: BATCH })),
  ),
  { network: { ...mlp, activation: "linear" }, normalization: "batch", batchSize: BATCH },
  { network: { family: "resnet", depth: 20, width: 1 / 8, skips: true }, normalization: "batch", batchSize: 2 },
  { network: { family: "resnet", depth: 20, width: 1 / 8, skips: false }, normalization: "layer", batchSize: 2 },
  { network: { family: "vgg", depth: 13, width: 1 / 64, head: "mlp" }, normalization: "l2", batchSize: 2 },
  ...(["none", "batch", "linf"] as const).map((normalization) => ({
    network: { family: "deep-linear" as const, layers: 6, units: 5 },
    normalization,
    batchSize: 12,
  })),
];

describe("the step's direction is the gradient by finite differences, in float64", () => {
  it.each(cases.map((spec) => [`${JSON.stringify(spec.network)} ${spec.normalization} ${spec.placement ?? ""}`, spec] as const))(
    "%s",
    (_, spec) => {
      const step = trainStep(spec);
      const at = feeds(spec);
      const next = evaluateReference([step["parametersNext"]!], at)[0]!;
      const start = at["parameters"]!;
      const loss = (i: number, move: number) => {
        const parameters = Float64Array.from(start);
        parameters[i] = parameters[i]! + move;
        return evaluateReference([step["loss"]!], { ...at, parameters })[0]![0]!;
      };
      const scale = Math.max(...next.map((after, i) => Math.abs(after - start[i]!)));
      expect(scale).toBeGreaterThan(1e-6);
      // 24 parameters, spread over all layers: weights, biases, gammas and betas.
      for (let k = 0; k < 24; k++) {
        const i = Math.floor(((k + 0.5) * start.length) / 24);
        const difference = (loss(i, 1e-6) - loss(i, -1e-6)) / 2e-6;
        expect(Math.abs(difference - (start[i]! - next[i]!)) / scale, `parameter ${i}`).toBeLessThan(2e-6);
      }
    },
  );
});

function feeds(spec: ProgramSpec): Record<string, Float64Array> {
  const state = initialState({ ...spec, seed: 9 }, "he");
  const n = spec.batchSize;
  const batch =
    spec.network.family === "deep-linear"
      ? { inputs: normal(3, "inputs", 0, n * spec.network.units), targets: normal(3, "targets", 0, n * spec.network.units) }
      : { images: normal(3, "images", 0, n * 3072), labels: uniform(3, "labels", 0, n).map((u) => Math.floor(10 * u)) };
  return {
    ...batch,
    // Biases off zero, so that no value sits on ReLU's kink or ties with another.
    parameters: Float64Array.from(state["parameters"]!, (w, i) => w + 0.01 * Math.sin(i)),
    statistics: Float64Array.from(state["statistics"] ?? []),
    noiseKey: Float64Array.from(noiseKey(9, 0)),
    learningRate: Float64Array.of(1),
    weightDecay: Float64Array.of(0),
  };
}
