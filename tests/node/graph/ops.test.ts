import { readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { compile } from "../../../shared/graph/compile.ts";
import type { Example, Op } from "../../../shared/graph/op.ts";
import { constant } from "../../../shared/graph/ops/constant.ts";
import { input } from "../../../shared/graph/ops/input.ts";
import { multiply } from "../../../shared/graph/ops/multiply.ts";
import { reduceSum } from "../../../shared/graph/ops/reduce-sum.ts";
import { reshape } from "../../../shared/graph/ops/reshape.ts";
import { evaluateReference } from "../../../shared/graph/reference.ts";
import { elements, type Value } from "../../../shared/graph/value.ts";
import { gradient } from "../../../shared/graph/vjp.ts";
import { normal, uniform } from "../../../shared/math/random.ts";
import { runOnCpu } from "../ort.ts";

const folder = new URL("../../../shared/graph/ops/", import.meta.url);
const files = readdirSync(folder);
const ops = await Promise.all(
  files.map(async (file) => ({ file, op: ((await import(new URL(file, folder).href)) as { op?: { op: Op } }).op?.op })),
);

describe("every op of the folder", () => {
  it.each(ops)("$file declares an op of its own name", ({ file, op }) => {
    expect(op?.name).toBe(file.replace(".ts", ""));
  });

  for (const { op } of ops) {
    if (op === undefined) continue;
    for (const [i, example] of op.examples.entries()) {
      const { output, feeds } = build(op, example);

      it(`${op.name}, example ${i}: ONNX Runtime agrees with the reference`, async () => {
        const [want] = evaluateReference([output], feeds);
        const got = (await runOnCpu(compile(op.name, { y: output }, "cpu"), feeds))["y"]!;
        expectClose(got, want!, 2e-6);
      });

      // Labels are whole numbers: as floats they stand for ties, where there is no finite difference.
      const differentiable = output.inputs.filter(
        (value, k) => value.dtype === "float32" && example.inputs[k]!.domain !== "label",
      );
      if (typeof op.vjp !== "function" || differentiable.length === 0) continue;

      it(`${op.name}, example ${i}: its gradient agrees with finite differences`, () => {
        const { loss, gradients } = differentiate(output, differentiable, feeds);
        const got = evaluateReference(gradients, feeds);
        for (const [k, value] of differentiable.entries()) {
          expectClose(got[k]!, finiteDifferences(loss, value, feeds), 1e-6);
        }
      });

      it(`${op.name}, example ${i}: ONNX Runtime computes that gradient, and the gradient's gradient`, async () => {
        const first = differentiate(output, differentiable, feeds);
        await expectOnnx(first.gradients, feeds);
        const dependent = first.gradients.find((value) => value.op.name !== "constant");
        if (dependent) await expectOnnx(differentiate(dependent, differentiable, feeds).gradients, feeds);
      });
    }
  }
});

type Feeds = Record<string, Float64Array>;

function build(op: Op, example: Example): { output: Value; feeds: Feeds } {
  const feeds: Feeds = {};
  const inputs = example.inputs.map(({ dtype, shape, domain }, i) => {
    const name = `x${i}`;
    feeds[name] = numbers(domain ?? "normal", name, elements(shape));
    return input(name, dtype, shape);
  });
  const output: Value = { ...op.infer(inputs, example.attributes), op, inputs, attributes: example.attributes, path: "" };
  return { output, feeds };
}

function numbers(domain: "normal" | "positive" | "label", stream: string, count: number): Float64Array {
  const rounded = (values: Float64Array) => Float64Array.from(Float32Array.from(values));
  if (domain === "positive") return rounded(uniform(7, stream, 0, count).map((u) => 0.5 + u));
  if (domain === "label") return uniform(7, stream, 0, count).map((u) => Math.floor(4 * u));
  // Away from 0, where ReLU and the like have a kink.
  return rounded(normal(7, stream, 0, count).map((x) => x + Math.sign(x) * 0.05));
}

/** A scalar that weighs every element of the output differently, and its gradients. */
function differentiate(output: Value, wrt: readonly Value[], feeds: Feeds): { loss: Value; gradients: Value[] } {
  const name = `weights${Object.keys(feeds).length}`;
  feeds[name] = numbers("normal", name, elements(output.shape));
  const weighted = multiply(reshape(output, [elements(output.shape)]), input(name, output.dtype, [elements(output.shape)]));
  const loss = reshape(reduceSum(weighted, [0]), []);
  return { loss, gradients: gradient(loss, wrt) };
}

function finiteDifferences(loss: Value, wrt: Value, feeds: Feeds): Float64Array {
  const name = wrt.attributes["name"] as string;
  const at = (i: number, step: number) => {
    const moved = Float64Array.from(feeds[name]!);
    moved[i] = moved[i]! + step;
    return evaluateReference([loss], { ...feeds, [name]: moved })[0]![0]!;
  };
  const step = 1e-5;
  return Float64Array.from(feeds[name]!, (_, i) => (at(i, step) - at(i, -step)) / (2 * step));
}

async function expectOnnx(values: readonly Value[], feeds: Feeds): Promise<void> {
  const want = evaluateReference(values, feeds);
  const outputs = Object.fromEntries(values.map((value, i) => [`y${i}`, value]));
  const got = await runOnCpu(compile("gradient", outputs, "cpu"), feeds);
  for (const [i, numbers] of want.entries()) expectClose(got[`y${i}`]!, numbers, 5e-6);
}

/** Largest difference, relative to the largest number. */
function expectClose(got: ArrayLike<number>, want: ArrayLike<number>, tolerance: number): void {
  expect(got.length).toBe(want.length);
  const scale = Math.max(1, ...Array.from(want, Math.abs));
  const worst = Math.max(0, ...Array.from(want, (number, i) => Math.abs(number - got[i]!)));
  expect(worst / scale, `worst difference ${worst} at scale ${scale}`).toBeLessThan(tolerance);
}

describe("the gradient", () => {
  it("is zero where the scalar does not depend on a value", () => {
    const x = input("x", "float32", [2]);
    const [zeros] = gradient(constant(1, "float32"), [x]);
    expect([...evaluateReference([zeros!], {})[0]!]).toEqual([0, 0]);
  });
});
