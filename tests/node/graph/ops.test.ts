import { readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { compile } from "../../../shared/graph/compile.ts";
import { defineOp, type Op } from "../../../shared/graph/op.ts";
import { constant } from "../../../shared/graph/ops/constant.ts";
import { input } from "../../../shared/graph/ops/input.ts";
import { evaluateReference } from "../../../shared/graph/reference.ts";
import type { Value } from "../../../shared/graph/value.ts";
import { gradient } from "../../../shared/graph/vjp.ts";
import { buildExample, differentiate, type Feeds, relativeError } from "../../op-examples.ts";
import { runOnCpu } from "../ort.ts";

const folder = new URL("../../../shared/graph/ops/", import.meta.url);
const ops = await Promise.all(
  readdirSync(folder).map(async (file) => ({
    file,
    op: ((await import(new URL(file, folder).href)) as { op?: { op: Op } }).op?.op,
  })),
);

describe("every op of the folder", () => {
  it.each(ops)("$file declares an op of its own name", ({ file, op }) => {
    expect(op?.name).toBe(file.replace(".ts", ""));
  });

  it.each(ops)("$file says its derivative, or by name why there is none", ({ op }) => {
    const { vjp } = op!;
    expect(typeof vjp === "function" || vjp.none.length > 0).toBe(true);
  });

  for (const { op } of ops) {
    if (op === undefined) continue;
    for (const [i, example] of op.examples.entries()) {
      const { output, feeds, smooth } = buildExample(op, example);

      // Formulations for emulated GPUs are standard ops too: what they compute can be seen here, what they cost only there.
      for (const target of op.emulated ? (["cpu", "emulated"] as const) : (["cpu"] as const)) {
        it(`${op.name}, example ${i}: ONNX Runtime agrees with the reference, formulated for ${target}`, async () => {
          const [want] = evaluateReference([output], feeds);
          const got = (await runOnCpu(compile(op.name, { y: output }, target), feeds))["y"]!;
          expect(relativeError(got, want!)).toBeLessThan(2e-6);
        });
      }

      if (typeof op.vjp !== "function" || smooth.length === 0) continue;

      it(`${op.name}, example ${i}: its gradient agrees with finite differences`, () => {
        const { loss, gradients } = differentiate(output, smooth, feeds);
        const got = evaluateReference(gradients, feeds);
        for (const [k, value] of smooth.entries()) {
          expect(relativeError(got[k]!, finiteDifferences(loss, value, feeds))).toBeLessThan(1e-6);
        }
      });

      it(`${op.name}, example ${i}: ONNX Runtime computes that gradient, and the gradient's gradient`, async () => {
        const first = differentiate(output, smooth, feeds);
        await expectOnnx(first.gradients, feeds);
        const dependent = first.gradients.find((value) => value.op.name !== "constant");
        if (dependent) await expectOnnx(differentiate(dependent, smooth, feeds).gradients, feeds);
      });
    }
  }
});

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
  for (const [i, numbers] of want.entries()) expect(relativeError(got[`y${i}`]!, numbers)).toBeLessThan(5e-6);
}

describe("the gradient", () => {
  it("is zero where the scalar does not depend on a value", () => {
    const x = input("x", "float32", [2]);
    const [zeros] = gradient(constant(1, "float32"), [x]);
    expect([...evaluateReference([zeros!], {})[0]!]).toEqual([0, 0]);
  });

  it("names the layer and the op that has no derivative, and why", () => {
    const round = defineOp<Record<never, never>>({
      name: "round",
      infer: ([x]) => x!,
      reference: ([x]) => x!.map(Math.round),
      lower: (emit, inputs) => emit.node("Round", inputs),
      vjp: { none: "it is flat almost everywhere" },
      examples: [],
    });
    const x = input("x", "float32", []);
    expect(() => gradient(round([x], {}), [x])).toThrow("round: no derivative: it is flat almost everywhere");
  });

  it("names the layer, the op and both shapes that do not fit", async () => {
    const { multiply } = await import("../../../shared/graph/ops/multiply.ts");
    const { within } = await import("../../../shared/graph/value.ts");
    const product = () => multiply(input("x", "float32", [128, 256, 8, 8]), input("w", "float32", [128]));
    expect(() => within("conv3/norm", product)).toThrow(
      "conv3/norm: multiply: got [128, 256, 8, 8] and [128], want shapes that broadcast",
    );
  });
});
