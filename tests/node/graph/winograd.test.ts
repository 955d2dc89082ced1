import { expect, test } from "vitest";
import { compile } from "../../../shared/graph/compile.ts";
import { conv2d } from "../../../shared/graph/ops/conv2d.ts";
import { input } from "../../../shared/graph/ops/input.ts";
import { multiply } from "../../../shared/graph/ops/multiply.ts";
import { reduceSum } from "../../../shared/graph/ops/reduce-sum.ts";
import { reshape } from "../../../shared/graph/ops/reshape.ts";
import { evaluateReference } from "../../../shared/graph/reference.ts";
import { gradient } from "../../../shared/graph/vjp.ts";
import { isByTiles } from "../../../shared/graph/winograd.ts";
import { relativeError } from "../../op-examples.ts";
import { runOnCpu } from "../ort.ts";

const normal = (length: number, seed: number) => {
  let state = seed;
  return Float64Array.from({ length }, () => Math.fround(((state = (state * 48271) % 2147483647) / 2147483647) * 2 - 1));
};

test("a convolution of many channels and its gradients, computed by tiles, are as exact as others", async () => {
  const [x, w, bias, of] = [
    input("x", "float32", [2, 128, 6, 4]),
    input("w", "float32", [130, 128, 3, 3]),
    input("bias", "float32", [130]),
    input("of", "float32", [2, 130, 6, 4]),
  ];
  const feeds = { x: normal(6144, 1), w: normal(149760, 2), bias: normal(130, 3), of: normal(6240, 4) };
  const y = conv2d(x, w, { stride: 1, pad: 1 }, bias);
  const loss = reshape(reduceSum(multiply(y, of), [0, 1, 2, 3]), []);
  const values = [y, ...gradient(loss, [x, w])];
  const want = evaluateReference(values, feeds);
  const model = compile("tiles", Object.fromEntries(values.map((value, i) => [`y${i}`, value])), "cpu");
  expect(isByTiles("float32", { n: 2, c: 128, m: 130, h: 6, w: 4, kh: 3, kw: 3, oh: 6, ow: 4 }, { stride: 1, pad: 1 })).toBe(
    true,
  );
  const got = await runOnCpu(model, feeds);
  for (const [i, numbers] of want.entries()) expect(relativeError(got[`y${i}`]!, numbers), `y${i}`).toBeLessThan(2e-6);
});
