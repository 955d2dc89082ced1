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
  let state = seed + 1;
  return Float64Array.from({ length }, () => Math.fround(((state = (state * 48271) % 2147483647) / 2147483647) * 2 - 1));
};

const WINDOW = { stride: 1, pad: 1 };
const NAMES = ["conv2d", "conv2d-input-gradient", "conv2d-weight-gradient"] as const;

test.each([
  { c: 64, m: 66, h: 6, w: 4 },
  { c: 66, m: 64, h: 2, w: 2 },
  { c: 130, m: 128, h: 4, w: 2 },
])(
  "a convolution of many channels and its gradients, computed by tiles, are as exact as others: $c to $m, $h x $w",
  async ({ c, m, h, w }) => {
    const sizes = { n: 2, c, m, h, w, kh: 3, kw: 3, oh: h, ow: w };
    expect(NAMES.map((op) => isByTiles(op, "float32", sizes, WINDOW))).toEqual([true, true, true]);
    const [x, weights, bias, of] = [
      input("x", "float32", [2, c, h, w]),
      input("w", "float32", [m, c, 3, 3]),
      input("bias", "float32", [m]),
      input("of", "float32", [2, m, h, w]),
    ];
    const numbers = [2 * c * h * w, 9 * m * c, m, 2 * m * h * w].map(normal);
    const feeds = { x: numbers[0]!, w: numbers[1]!, bias: numbers[2]!, of: numbers[3]! };
    for (const y of [conv2d(x, weights, WINDOW, bias), conv2d(x, weights, WINDOW)]) {
      const loss = reshape(reduceSum(multiply(y, of), [0, 1, 2, 3]), []);
      const values = [y, ...gradient(loss, [x, weights])];
      const want = evaluateReference(values, feeds);
      const model = compile("tiles", Object.fromEntries(values.map((value, i) => [`y${i}`, value])), "cpu");
      const got = await runOnCpu(model, feeds);
      for (const [i, numbers] of want.entries()) expect(relativeError(got[`y${i}`]!, numbers), `y${i}`).toBeLessThan(2e-6);
    }
  },
);

test("tiles are made where channels are many, and images are not so large that their tiles take more than 256 MiB", () => {
  const made = (c: number, h: number, n = 128) =>
    NAMES.filter((op) => isByTiles(op, "float32", { n, c, m: c, h, w: h, kh: 3, kw: 3, oh: h, ow: h }, WINDOW));
  expect([made(16, 8), made(32, 8), made(64, 8), made(64, 3), made(64, 32), made(64, 32, 64)]).toEqual([
    [],
    ["conv2d-weight-gradient"],
    [...NAMES],
    [],
    [],
    [...NAMES],
  ]);
});
