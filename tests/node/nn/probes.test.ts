import { InferenceSession, Tensor } from "onnxruntime-node";
import { describe, expect, it } from "vitest";
import { compile } from "../../../shared/graph/compile.ts";
import { input } from "../../../shared/graph/ops/input.ts";
import { multiply } from "../../../shared/graph/ops/multiply.ts";
import { reduceSum } from "../../../shared/graph/ops/reduce-sum.ts";
import { reshape } from "../../../shared/graph/ops/reshape.ts";
import { evaluateReference } from "../../../shared/graph/reference.ts";
import { gradient } from "../../../shared/graph/vjp.ts";
import { lanczos, tridiagonalEigenvalues } from "../../../shared/math/lanczos.ts";
import { normal, uniform } from "../../../shared/math/random.ts";
import { declare, inTraining, parameterVector, type ProgramSpec } from "../../../shared/nn/network.ts";
import { compileActivations } from "../../../shared/nn/probes/activations.ts";
import { compileGradientAlong, compileGradientBetween, precedingLayers } from "../../../shared/nn/probes/gradient-at.ts";
import { hessianVector, topEigenvalue } from "../../../shared/nn/probes/hessian.ts";
import { compileTheoremTerms } from "../../../shared/nn/probes/theorem-terms.ts";
import { flatten } from "../../../shared/nn/sgd.ts";
import { compileTraining, initialState, stateLayout } from "../../../shared/nn/training.ts";
import { runOnCpu } from "../ort.ts";

const spec: ProgramSpec = {
  network: { family: "vgg", depth: 11, width: 1 / 32, head: "linear" },
  normalization: "batch",
  batchSize: 8,
};
const batch = {
  images: Float64Array.from(Float32Array.from(normal(3, "images", 0, 8 * 3072))),
  labels: uniform(3, "labels", 0, 8).map((u) => Math.floor(10 * u)),
};
const parameters = Float64Array.from(initialState({ ...spec, seed: 5 })["parameters"]!);
const statistics = Float64Array.from(initialState({ ...spec, seed: 5 })["statistics"]!);
const zeros = new Float64Array(parameters.length);
const sum = (numbers: ArrayLike<number>) => Array.from(numbers).reduce((total, x) => total + x, 0);

async function gradientAlong(direction: Float64Array, stepSize: number, reference: Float64Array = zeros) {
  return runOnCpu(compileGradientAlong(spec, "cpu"), { parameters, direction, reference, stepSize: [stepSize], ...batch });
}

describe("the gradient along a direction", () => {
  it("at step size 0 is the gradient that training takes", async () => {
    const { gradient, loss } = await gradientAlong(zeros, 0);
    const step = { parameters, statistics, ...batch, learningRate: [1], weightDecay: [0] };
    const trained = await runOnCpu(compileTraining(spec, "cpu").train, step);
    expect(loss![0]).toBeCloseTo(trained["loss"]![0]!, 6);
    for (let i = 0; i < parameters.length; i += 97) {
      expect(gradient![i]!).toBeCloseTo(parameters[i]! - trained["parametersNext"]![i]!, 5);
    }
  });

  it("is taken where a step of that size would lead", async () => {
    const { gradient: g } = await gradientAlong(zeros, 0);
    const next = parameters.map((w, i) => w - 0.1 * g![i]!);
    const there = await gradientAlong(g!, 0.1);
    const moved = await runOnCpu(compileGradientAlong(spec, "cpu"), {
      parameters: next,
      direction: zeros,
      reference: zeros,
      stepSize: [0],
      ...batch,
    });
    expect(there["loss"]![0]).toBeCloseTo(moved["loss"]![0]!, 5);
  });

  it("reports squares whose sum is the norm over all variables", async () => {
    const { gradient: g } = await gradientAlong(zeros, 0);
    const { gradient: h, squares, dots, differenceSquares } = await gradientAlong(g!, 0.1, g);
    expect(sum(squares!)).toBeCloseTo(sum(h!.map((x) => x * x)), 3);
    expect(sum(dots!)).toBeCloseTo(sum(h!.map((x, i) => x * g![i]!)), 3);
    expect(sum(differenceSquares!)).toBeCloseTo(sum(h!.map((x, i) => (x - g![i]!) ** 2)), 3);
    expect(squares!.length).toBe(declare(spec).parameters.length);
  });
});

describe("the gradient between two steps (Definition 2.1)", () => {
  it("moves the preceding layers and nothing else", async () => {
    const { gradient: g } = await gradientAlong(zeros, 0);
    const next = parameters.map((w, i) => Math.fround(w - 0.1 * g![i]!));
    const model = compileGradientBetween(spec, "cpu");
    const at = (choose: ArrayLike<number>) => runOnCpu(model, { parameters, next, choose, reference: g!, ...batch });

    const nothing = await at(precedingLayers(spec, "conv1"));
    expect(sum(nothing["differenceSquares"]!)).toBeLessThan(1e-9);

    const before5 = await at(precedingLayers(spec, "conv5"));
    const list = declare(spec).parameters;
    const shift = before5["differenceSquares"]![list.findIndex(({ name }) => name === "conv5/linear/weight")]!;
    expect(shift).toBeGreaterThan(1e-6);

    // By hand: take the first four layers' parameters from the next step.
    const mixed = Float64Array.from(parameters);
    let from = 0;
    for (const { name, shape } of list) {
      const to = from + shape.reduce((product, length) => product * length, 1);
      if (/^conv[1-4]\//.test(name)) mixed.set(next.subarray(from, to), from);
      from = to;
    }
    const byHand = await runOnCpu(compileGradientAlong(spec, "cpu"), {
      parameters: mixed,
      direction: zeros,
      reference: zeros,
      stepSize: [0],
      ...batch,
    });
    expect(before5["loss"]![0]).toBe(byHand["loss"]![0]);
  });

  it("names the layers one can ask for", () => {
    expect(() => precedingLayers(spec, "conv99")).toThrow(/got conv99, want one of conv1, conv2, .*logits/);
    expect(sum(precedingLayers(spec, "conv3"))).toBe(2 * 4); // weight, bias, gamma, beta of two layers
  });
});

describe("a probe", () => {
  it("leaves weights, velocity and statistics as they were, bit for bit", async () => {
    const momentum: ProgramSpec = { ...spec, momentum: true };
    const start = initialState({ ...momentum, seed: 5 });
    const layout = stateLayout(momentum);
    const state = Object.fromEntries(layout.map(({ name, shape }) => [name, new Tensor(start[name] as Float32Array, shape)]));
    const before = Object.fromEntries(layout.map(({ name }) => [name, Float32Array.from(start[name]!)]));
    const models = [
      compileGradientAlong(momentum, "cpu"),
      compileGradientBetween(momentum, "cpu"),
      compileActivations(momentum, [1, 5], 0, "cpu"),
      compileTheoremTerms(momentum, "cpu"),
    ];
    for (const model of models) {
      const others: Record<string, Tensor> = {
        images: new Tensor(Float32Array.from(batch.images), [8, 3, 32, 32]),
        labels: new Tensor(Int32Array.from(batch.labels), [8]),
        stepSize: new Tensor(Float32Array.of(0.1), []),
        choose: new Tensor(precedingLayers(momentum, "conv5"), [precedingLayers(momentum, "conv5").length]),
        ...Object.fromEntries(["direction", "reference", "next"].map((name) => [name, state["parameters"]!])),
      };
      const session = await InferenceSession.create(model.bytes);
      await session.run(Object.fromEntries(model.inputs.map(({ name }) => [name, (state[name] ?? others[name])!])));
      await session.release();
      expect(model.outputs.some(({ name }) => name.endsWith("Next"))).toBe(false);
    }
    for (const { name } of layout) expect(state[name]!.data).toEqual(before[name]);
  });
});

describe("activations", () => {
  it("are BatchNorm's output before ReLU: mean 0 and variance 1 at the start", async () => {
    const got = await runOnCpu(compileActivations(spec, [1, 8], 1, "cpu"), { parameters, ...batch });
    for (const layer of [1, 8]) {
      expect(Math.max(...got[`mean${layer}`]!.map(Math.abs))).toBeLessThan(1e-5);
      for (const variance of got[`variance${layer}`]!) expect(variance).toBeCloseTo(1, 2);
    }
    expect(got["sample1"]!.length).toBe(8 * 32 * 32);
    expect(got["sample8"]!.length).toBe(8 * 2 * 2);
    expect(sum(got["sample1"]!) / got["sample1"]!.length).toBeCloseTo(got["mean1"]![1]!, 5);
  });
});

describe("the terms of Theorem 4.1", () => {
  it("make it an equality, unit by unit, in every layer of a training network", async () => {
    const terms = await runOnCpu(compileTheoremTerms(spec, "cpu"), { parameters, ...batch });
    for (const [layer, side] of [32, 16, 8, 8, 4, 4, 2, 2].entries()) {
      const term = (name: string) => terms[`${name}${layer + 1}`]!;
      const m = 8 * side * side;
      const largest = Math.max(...term("inner"));
      for (const [j, inner] of term("inner").entries()) {
        const factor = (term("gamma")[j]! / term("deviation")[j]!) ** 2;
        const right = factor * (term("outer")[j]! - term("sum")[j]! ** 2 / m - term("dot")[j]! ** 2 / m);
        expect(Math.abs(inner - right) / largest, `layer ${layer + 1}, unit ${j}`).toBeLessThan(1e-4);
      }
    }
  });

  it("are refused for a network without BatchNorm", () => {
    expect(() => compileTheoremTerms({ ...spec, normalization: "none" }, "cpu")).toThrow(
      "got normalization none, want one with BatchNorm",
    );
  });
});

describe("the Hessian", () => {
  it("times a vector: the central difference agrees with differentiating the gradient", async () => {
    const network = declare({ ...spec, network: { family: "mlp", depth: 2, units: 6, activation: "linear" }, batchSize: 4 });
    const small = { images: batch.images.subarray(0, 4 * 3072), labels: batch.labels.subarray(0, 4) };
    const vector = parameterVector(network);
    const { output, parameters: sliced } = inTraining(network, vector);
    const pieces = sliced.flat;
    const { loss } = network.task.train(output);
    const g = flatten(gradient(loss, pieces));
    const v = input("v", "float32", g.shape);
    const product = flatten(gradient(reshape(reduceSum(multiply(g, v), [0]), []), pieces));

    const start = Float64Array.from(initialState({ ...network.spec, seed: 1 })["parameters"]!);
    const direction = Float64Array.from(normal(1, "direction", 0, start.length));
    const exact = evaluateReference([product], { parameters: start, v: direction, ...small })[0]!;
    const at = (u: Float64Array, step: number) =>
      Promise.resolve(evaluateReference([g], { parameters: start.map((w, i) => w + step * u[i]!), ...small })[0]!);
    const got = await hessianVector(at, direction, 3e-6);
    const scale = Math.max(...exact.map(Math.abs));
    expect(Math.max(...exact.map((x, i) => Math.abs(x - got[i]!))) / scale).toBeLessThan(1e-6);

    // ONNX Runtime differentiates twice as well.
    const onnx = await runOnCpu(compile("hessian-vector", { product }, "cpu"), { parameters: start, v: direction, ...small });
    expect(Math.max(...exact.map((x, i) => Math.abs(x - onnx["product"]![i]!))) / scale).toBeLessThan(1e-5);
  });

  it("has the top eigenvalue that a matrix written out has", async () => {
    const n = 30;
    const q = Float64Array.from(normal(2, "matrix", 0, n * n));
    const matrix = (i: number, j: number) => sum(Array.from({ length: n }, (_, k) => q[i * n + k]! * q[j * n + k]!));
    const rows = Array.from({ length: n }, (_, i) => Float64Array.from({ length: n }, (_, j) => matrix(i, j)));
    const times = (v: Float64Array) => rows.map((row) => sum(row.map((x, j) => x * v[j]!)));
    // Its gradient is linear, so one product is one difference.
    const top = await topEigenvalue((v, step) => Promise.resolve(times(v).map((x) => x * step)), n, { iterations: 30 });
    // Power iteration as the witness.
    let v = new Float64Array(n).fill(1);
    for (let i = 0; i < 3000; i++) {
      const w = Float64Array.from(times(v));
      const length = Math.hypot(...w);
      v = w.map((x) => x / length);
    }
    expect(top).toBeCloseTo(Math.hypot(...times(v)), 6);
  });

  it("Lanczos finds all eigenvalues of a small matrix, and stops at an invariant subspace", async () => {
    const diagonal = Float64Array.of(1, 2, 3, 10);
    const all = await lanczos((v) => Promise.resolve(v.map((x, i) => x * diagonal[i]!)), 4, 10, 1);
    for (const [i, eigenvalue] of all.entries()) expect(eigenvalue).toBeCloseTo(diagonal[i]!, 9);
    const identity = await lanczos((v) => Promise.resolve(v.slice()), 5, 5, 1);
    expect([...identity]).toEqual([expect.closeTo(1, 12)]);
  });

  it("tridiagonal eigenvalues: 2 - 2 cos(k pi / (n + 1)) for the second difference", () => {
    const n = 12;
    const got = tridiagonalEigenvalues(new Array<number>(n).fill(2), new Array<number>(n - 1).fill(-1));
    for (const [k, eigenvalue] of got.entries())
      expect(eigenvalue).toBeCloseTo(2 - 2 * Math.cos(((k + 1) * Math.PI) / (n + 1)), 10);
  });
});
