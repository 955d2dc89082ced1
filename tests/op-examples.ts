import type { Example, Op } from "../shared/graph/op.ts";
import { input } from "../shared/graph/ops/input.ts";
import { multiply } from "../shared/graph/ops/multiply.ts";
import { reduceSum } from "../shared/graph/ops/reduce-sum.ts";
import { reshape } from "../shared/graph/ops/reshape.ts";
import { elements, type Value } from "../shared/graph/value.ts";
import { gradient } from "../shared/graph/vjp.ts";
import { normal, uniform } from "../shared/math/random.ts";

/** Numbers for each input, by its name. */
export type Feeds = Record<string, Float64Array>;

/** An op applied to an example's inputs, and numbers for them. `smooth`: the inputs that have finite differences. */
export function buildExample(op: Op, example: Example): { output: Value; feeds: Feeds; smooth: Value[] } {
  const feeds: Feeds = {};
  const inputs = example.inputs.map(({ dtype, shape, domain }, i) => {
    const name = `x${i}`;
    feeds[name] = numbers(domain ?? "normal", name, elements(shape));
    return input(name, dtype, shape);
  });
  const output: Value = { ...op.infer(inputs, example.attributes), op, inputs, attributes: example.attributes, path: "" };
  // Labels are whole numbers: as floats they stand for ties, where there is no finite difference.
  const smooth = inputs.filter(({ dtype }, i) => dtype === "float32" && example.inputs[i]!.domain !== "label");
  return { output, feeds, smooth };
}

/** A scalar that weighs every element of the output differently (its weights join the feeds), and its gradients. */
export function differentiate(output: Value, wrt: readonly Value[], feeds: Feeds): { loss: Value; gradients: Value[] } {
  const name = `weights${Object.keys(feeds).length}`;
  feeds[name] = numbers("normal", name, elements(output.shape));
  const weighted = multiply(reshape(output, [elements(output.shape)]), input(name, output.dtype, [elements(output.shape)]));
  const loss = reshape(reduceSum(weighted, [0]), []);
  return { loss, gradients: gradient(loss, wrt) };
}

/** Largest difference, relative to the largest number (or to 1). */
export function relativeError(got: ArrayLike<number>, want: ArrayLike<number>): number {
  if (got.length !== want.length) return Infinity;
  let [worst, scale] = [0, 1];
  for (let i = 0; i < want.length; i++) {
    const difference = Math.abs(want[i]! - got[i]!);
    if (!(difference <= worst)) worst = difference; // NaN is the worst
    scale = Math.max(scale, Math.abs(want[i]!));
  }
  return worst / scale;
}

function numbers(domain: "normal" | "positive" | "label", stream: string, count: number): Float64Array {
  const rounded = (values: Float64Array) => Float64Array.from(Float32Array.from(values));
  if (domain === "positive") return rounded(uniform(7, stream, 0, count).map((u) => 0.5 + u));
  if (domain === "label") return uniform(7, stream, 0, count).map((u) => Math.floor(4 * u));
  // Away from 0, where ReLU and the like have a kink.
  return rounded(normal(7, stream, 0, count).map((x) => x + Math.sign(x) * 0.05));
}
