import { multiply } from "./ops/multiply.ts";
import { reshape } from "./ops/reshape.ts";
import type { Value } from "./value.ts";

/**
 * A convolution's cotangent dy [n, m, oh, ow] that was multiplied channel by channel last, as normalization leaves it. What comes after is linear: the factor
 * can be taken to the weights instead, which are few numbers, and one pass over all pixels is saved. Null where there is no such factor.
 */
export function channelFactor(dy: Value): { readonly rest: Value; onto(weights: Value): Value } | null {
  if (dy.op.name !== "multiply") return null;
  const [rest, factor] = dy.inputs as [Value, Value];
  const m = dy.shape[1]!;
  const isFactor = factor.shape.length === 4 && factor.shape.every((length, axis) => length === (axis === 1 ? m : 1));
  if (!isFactor || rest.shape.some((length, axis) => length !== dy.shape[axis])) return null;
  return { rest, onto: (weights) => multiply(weights, reshape(factor, [m, 1, 1, 1])) };
}
