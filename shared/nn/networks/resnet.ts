import { add } from "../../graph/ops/add.ts";
import { constant } from "../../graph/ops/constant.ts";
import { multiply } from "../../graph/ops/multiply.ts";
import { reduceSum } from "../../graph/ops/reduce-sum.ts";
import { relu } from "../../graph/ops/relu.ts";
import { reshape } from "../../graph/ops/reshape.ts";
import { type Value, within } from "../../graph/value.ts";
import { activate } from "../block.ts";
import type { Build } from "../build.ts";
import { convolution, linear } from "../layers.ts";

export interface ResnetSpec {
  readonly family: "resnet";
  /** 6 n + 2: three stages of n blocks of two convolutions. */
  readonly depth: 20 | 32 | 56;
  /** Channels as a share of the original's 16, 32, 64. */
  readonly width: number;
  /** Without skips it is the plain network that He et al. compare with. */
  readonly skips: boolean;
}

/** ResNet on 32 x 32 images (He et al. 2016, section 4.2): [n, 3, 32, 32] -> logits [n, 10]; 1 x 1 projections where shapes change. */
export function resnet(spec: ResnetSpec, build: Build, images: Value): Value {
  const scaled = (channels: number) => Math.max(1, Math.round(channels * spec.width));
  let x = within("stem", () => activate(build, convolution(build, "linear", images, scaled(16))));
  for (const [stage, channels] of [16, 32, 64].entries()) {
    for (let block = 1; block <= (spec.depth - 2) / 6; block++) {
      const stride = stage > 0 && block === 1 ? 2 : 1;
      x = within(`stage${stage + 1}/block${block}`, () => residualBlock(spec, build, x, scaled(channels), stride));
    }
  }
  const [n, c, h, w] = x.shape as [number, number, number, number];
  const pooled = multiply(reduceSum(x, [2, 3]), constant(1 / (h * w), x.dtype));
  return linear(build, "logits", reshape(pooled, [n, c]), 10, { last: true });
}

function residualBlock({ skips }: ResnetSpec, build: Build, x: Value, channels: number, stride: number): Value {
  const inner = within("conv1", () => activate(build, convolution(build, "linear", x, channels, { stride })));
  if (!skips) return within("conv2", () => activate(build, convolution(build, "linear", inner, channels)));
  const branch = within("conv2", () => activate(build, convolution(build, "linear", inner, channels), { activation: "linear" }));
  const same = stride === 1 && x.shape[1] === channels;
  return relu(add(branch, same ? x : convolution(build, "projection", x, channels, { size: 1, stride, last: true })));
}
