import { maxPool } from "../../graph/ops/max-pool.ts";
import { reshape } from "../../graph/ops/reshape.ts";
import { relu } from "../../graph/ops/relu.ts";
import { type Value, within } from "../../graph/value.ts";
import { activate } from "../block.ts";
import type { Build } from "../build.ts";
import { convolution, linear } from "../layers.ts";

export interface VggSpec {
  readonly family: "vgg";
  readonly depth: 11 | 13 | 16 | 19;
  /** Channels as a share of the original's 64 to 512. */
  readonly width: number;
  /** linear: 512-10; mlp: 512-4096-4096-10, both times width. */
  readonly head: "linear" | "mlp";
}

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
 * VGG on 32 x 32 images: [n, 3, 32, 32] -> logits [n, 10]. Convolutions are numbered through, as in the paper's "layer #13"; the
 * head is not normalized.
 */
export function vgg(spec: VggSpec, build: Build, images: Value): Value {
  const scaled = (channels: number) => Math.max(1, Math.round(channels * spec.width));
  let x = images;
  let layer = 0;
  for (const block of BLOCKS[spec.depth]) {
    for (const [i, channels] of block.entries()) {
      x = within(`conv${++layer}`, () => {
        const z = convolution(build, "linear", x, scaled(channels));
        return activate(build, z, i === block.length - 1 ? { pool: maxPool } : {});
      });
    }
  }
  x = reshape(x, [x.shape[0]!, x.shape[1]!]);
  if (spec.head === "mlp") {
    for (const name of ["hidden1", "hidden2"]) x = relu(linear(build, name, x, scaled(HIDDEN), { last: true }));
  }
  return linear(build, "logits", x, 10, { last: true });
}
