import { describe, expect, it } from "vitest";
import type { NetworkSpec } from "../../../shared/nn/networks/index.ts";
import { normalizations, type Normalization } from "../../../shared/nn/normalization/index.ts";
import { compileTraining } from "../../../shared/nn/training.ts";

/** Every family, small and wide: from tens of thousands of parameters to millions. */
const families: Record<NetworkSpec["family"], readonly [NetworkSpec, NetworkSpec]> = {
  vgg: [
    { family: "vgg", depth: 11, width: 1 / 8, head: "linear" },
    { family: "vgg", depth: 11, width: 1, head: "linear" },
  ],
  resnet: [
    { family: "resnet", depth: 20, width: 1 / 2, skips: true },
    { family: "resnet", depth: 20, width: 4, skips: true },
  ],
  mlp: [
    { family: "mlp", depth: 8, units: 64, activation: "relu" },
    { family: "mlp", depth: 8, units: 512, activation: "relu" },
  ],
  "deep-linear": [
    { family: "deep-linear", layers: 25, units: 16 },
    { family: "deep-linear", layers: 25, units: 256 },
  ],
};
const BATCH = 16;

describe.each(Object.entries(families))("the models of %s hold no weights", (_, [small, wide]) => {
  it.each(Object.keys(normalizations) as Normalization[])("normalized by %s", (normalization) => {
    const compiled = [small, wide].map((network) => {
      const { train, evaluate, state } = compileTraining({ network, normalization, batchSize: BATCH }, "webgpu");
      return { bytes: train.bytes.length + evaluate.bytes.length, parameters: state[0]!.shape[0]! };
    });
    const [less, more] = compiled as [(typeof compiled)[0], (typeof compiled)[0]];
    expect(more.parameters).toBeGreaterThan(10 * less.parameters);
    // The shapes' numbers grow, and some layers take another formulation; weights would be four bytes for each parameter.
    expect(more.bytes).toBeLessThan(1.2 * less.bytes);
    expect(more.bytes).toBeLessThan(more.parameters / 2);
  });
});
