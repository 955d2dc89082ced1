import { maxPool } from "../graph/ops/max-pool.ts";
import { relu } from "../graph/ops/relu.ts";
import { reshape } from "../graph/ops/reshape.ts";
import { type Value, within } from "../graph/value.ts";
import type { NetworkSpec } from "../protocol/training-spec.ts";
import { conv3x3, linear } from "./layers.ts";
import type { Normalize } from "./normalization.ts";
import type { Parameters } from "./parameters.ts";
import type { Statistics } from "./statistics.ts";

/** Channels of each block's convolutions; a 2 x 2 max-pool ends each block (Simonyan & Zisserman 2015, table 1: A, B, D, E). */
const BLOCKS = {
  11: [[64], [128], [256, 256], [512, 512], [512, 512]],
  13: [
    [64, 64],
    [128, 128],
    [256, 256],
    [512, 512],
    [512, 512],
  ],
  16: [
    [64, 64],
    [128, 128],
    [256, 256, 256],
    [512, 512, 512],
    [512, 512, 512],
  ],
  19: [
    [64, 64],
    [128, 128],
    [256, 256, 256, 256],
    [512, 512, 512, 512],
    [512, 512, 512, 512],
  ],
} as const;

const HIDDEN = 4096;

/**
 * VGG on 32 x 32 images: [n, 3, 32, 32] -> logits [n, 10]. Normalization stands before each non-linearity of the convolutions.
 * Convolutions are numbered through, as in the paper's "layer #13".
 */
export function vgg(
  network: NetworkSpec,
  normalize: Normalize,
  parameters: Parameters,
  statistics: Statistics,
  images: Value,
): Value {
  const scaled = (channels: number) => Math.max(1, Math.round(channels * network.width));
  let x = images;
  let layer = 0;
  for (const block of BLOCKS[network.depth]) {
    for (const [i, channels] of block.entries()) {
      x = within(`conv${++layer}`, () => {
        const z = normalize(parameters, statistics, conv3x3(parameters, "linear", x, scaled(channels)));
        // Max-pool and ReLU commute; pooling first leaves ReLU a quarter of the work.
        return relu(i === block.length - 1 ? maxPool(z) : z);
      });
    }
  }
  x = reshape(x, [x.shape[0]!, x.shape[1]!]);
  if (network.head === "mlp") {
    for (const name of ["hidden1", "hidden2"]) x = relu(linear(parameters, name, x, scaled(HIDDEN)));
  }
  return linear(parameters, "logits", x, 10);
}
