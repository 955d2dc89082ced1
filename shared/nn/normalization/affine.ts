import { affine as channelwise } from "../../graph/ops/affine.ts";
import { reshape } from "../../graph/ops/reshape.ts";
import type { Value } from "../../graph/value.ts";
import type { Build } from "../build.ts";
import { channelShape } from "./normalization.ts";

/** The trained gamma and beta of each channel of x, shaped to broadcast. */
export function gammaBeta(build: Build, x: Value): { gamma: Value; beta: Value } {
  const channels = x.shape[1]!;
  const shape = channelShape(x);
  return {
    gamma: reshape(build.parameters.get("gamma", [channels]), shape),
    beta: reshape(build.parameters.get("beta", [channels]), shape),
  };
}

/** gamma x + beta, channel by channel. */
export function affine(build: Build, x: Value): Value {
  const { gamma, beta } = gammaBeta(build, x);
  return affineByChannel(x, gamma, beta);
}

/** scale x + shift in one pass; both [1, c, 1, ...]. */
export const affineByChannel = (x: Value, scale: Value, shift: Value): Value =>
  channelwise(x, reshape(scale, [x.shape[1]!]), reshape(shift, [x.shape[1]!]));
