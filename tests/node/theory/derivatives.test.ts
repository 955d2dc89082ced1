import { describe, expect, it } from "vitest";
import { add } from "../../../shared/graph/ops/add.ts";
import { constant } from "../../../shared/graph/ops/constant.ts";
import { divide } from "../../../shared/graph/ops/divide.ts";
import { input } from "../../../shared/graph/ops/input.ts";
import { matmul } from "../../../shared/graph/ops/matmul.ts";
import { multiply } from "../../../shared/graph/ops/multiply.ts";
import { reduceSum } from "../../../shared/graph/ops/reduce-sum.ts";
import { sqrt } from "../../../shared/graph/ops/sqrt.ts";
import { subtract } from "../../../shared/graph/ops/subtract.ts";
import { tanh } from "../../../shared/graph/ops/tanh.ts";
import { evaluateReference } from "../../../shared/graph/reference.ts";
import type { Value } from "../../../shared/graph/value.ts";
import { gradient } from "../../../shared/graph/vjp.ts";
import { normal } from "../../../shared/math/random.ts";
import { checkedInputs } from "../../../shared/theory/inputs.ts";
import { randomNetwork, UNITS } from "../../../shared/theory/network.ts";
import { drawUnits, spread } from "../../../shared/theory/units.ts";

const M = 12;
const inputs = checkedInputs({ batchSize: M, networks: 1, epsilon: 0.05, seed: 7 });
const network = randomNetwork(inputs.seed, 0, M);
const units = drawUnits(inputs, spread(inputs));

/** The same network in the compiler's ops, which derives gradients, and gradients of gradients, by itself. */
const declared = (name: string, shape: readonly number[]) => input(name, "float64", shape);
const number = (value: number) => constant(value, "float64");
const [y, direction] = [declared("y", [M, UNITS]), declared("direction", [M, UNITS])];
const overBatch = (x: Value) => divide(reduceSum(x, [0]), number(M));
const inner = (a: Value, b: Value) => reduceSum(multiply(a, b), [0, 1]);
const later = (z: Value) => {
  const outputs = matmul(tanh(matmul(tanh(z), declared("first", [UNITS, UNITS]))), declared("second", [UNITS, UNITS]));
  const error = subtract(outputs, declared("targets", [M, UNITS]));
  return multiply(number(0.5), inner(error, error));
};
const centred = subtract(y, overBatch(y));
const yhat = divide(centred, sqrt(add(overBatch(multiply(centred, centred)), number(inputs.epsilon))));
const z = add(multiply(declared("gamma", [1, UNITS]), yhat), declared("beta", [1, UNITS]));
const loss = later(z);
const [g, gHat] = gradient(loss, [z, y]) as [Value, Value];
const [plain] = gradient(later(y), [y]) as [Value];
const [curvature] = gradient(inner(g, direction), [z]) as [Value];
const [curvatureHat] = gradient(inner(gHat, direction), [y]) as [Value];

const feeds = (along = new Float64Array(M * UNITS)) => ({
  y: network.y,
  first: network.first,
  second: network.second,
  targets: network.targets,
  gamma: Float64Array.from(units, ({ gamma }) => gamma),
  beta: Float64Array.from(units, ({ beta }) => beta),
  direction: along,
});
const column = (matrix: Float64Array, j: number) => matrix.filter((_, i) => i % UNITS === j);
const farthest = (a: Float64Array, b: Float64Array) => Math.max(...a.map((x, i) => Math.abs(x - b[i]!)));

describe("derivatives written by hand are those that the compiler derives", () => {
  it("losses and gradients", () => {
    const [lossHat, withoutIt, atZ, atY, atPlain] = evaluateReference([loss, later(y), g, gHat, plain], feeds());
    for (const [j, unit] of units.entries()) {
      expect(unit.lossHat).toBeCloseTo(lossHat![0]!, 12);
      expect(unit.loss).toBeCloseTo(withoutIt![0]!, 12);
      expect(farthest(unit.g, column(atZ!, j))).toBeLessThan(1e-13);
      expect(farthest(unit.gHat, column(atY!, j))).toBeLessThan(1e-13);
      expect(farthest(unit.plain, column(atPlain!, j))).toBeLessThan(1e-13);
      expect(Math.max(...unit.gHat.map(Math.abs))).toBeGreaterThan(1e-3);
    }
  });

  it("second derivatives along a direction of one unit", () => {
    for (const [j, unit] of units.entries()) {
      const v = normal(3, "v", j, M);
      const along = new Float64Array(M * UNITS);
      for (const [b, x] of v.entries()) along[b * UNITS + j] = x;
      const [below, through] = evaluateReference([curvature, curvatureHat], feeds(along));
      expect(farthest(unit.curvature(v), column(below!, j))).toBeLessThan(1e-12);
      expect(farthest(unit.curvatureHat(v), column(through!, j))).toBeLessThan(1e-12);
      expect(Math.max(...unit.curvatureHat(v).map(Math.abs))).toBeGreaterThan(1e-3);
    }
  });
});
