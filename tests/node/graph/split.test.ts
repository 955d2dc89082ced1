import { describe, expect, it } from "vitest";
import { compile } from "../../../shared/graph/compile.ts";
import { Emitter } from "../../../shared/graph/emit.ts";
import { concat } from "../../../shared/graph/ops/concat.ts";
import { input } from "../../../shared/graph/ops/input.ts";
import { slice } from "../../../shared/graph/ops/slice.ts";
import { coveringSlices, lowerSlices } from "../../../shared/graph/split.ts";
import { inTraining, declare, parameterVector } from "../../../shared/nn/network.ts";
import { runOnCpu } from "../ort.ts";

const vector = input("x", "float32", [210]);
/** 20 slices of lengths 1 to 20. */
const parts = Array.from({ length: 20 }, (_, i) => slice(vector, (i * (i + 1)) / 2, ((i + 1) * (i + 2)) / 2));

describe("slices that cover a vector", () => {
  it("become a tree of Splits with at most eight outputs each", () => {
    const emit = new Emitter("webgpu");
    const names = lowerSlices(emit, "x", coveringSlices(parts).get(vector)!);
    expect(new Set(names.values()).size).toBe(20);
    expect(emit.nodes.map(({ opType }) => opType)).toEqual(emit.nodes.map(() => "Split"));
    expect(Math.max(...emit.nodes.map(({ outputs }) => outputs.length))).toBeLessThanOrEqual(8);
    expect(emit.nodes.length).toBeLessThanOrEqual(4);
  });

  it("hold the vector's numbers, whatever order they are used in", async () => {
    const x = Float64Array.from({ length: 210 }, (_, i) => i);
    const { y } = await runOnCpu(compile("split", { y: concat(parts.toReversed()) }, "cpu"), { x });
    expect([...y!]).toEqual(
      parts.toReversed().flatMap(({ attributes: { from, to } }) => [...x.subarray(from as number, to as number)]),
    );
  });

  it("are left alone where they overlap or leave a gap", () => {
    expect(coveringSlices([slice(vector, 0, 10), slice(vector, 5, 210)]).size).toBe(0);
    expect(coveringSlices([slice(vector, 0, 10), slice(vector, 11, 210)]).size).toBe(0);
  });

  it("are all that a network's parameters are cut by", () => {
    const network = declare({
      network: { family: "vgg", depth: 16, width: 1 / 8, head: "linear" },
      normalization: "batch",
      batchSize: 8,
    });
    const { parameters } = inTraining(network, parameterVector(network));
    const covered = coveringSlices([...parameters.flat, ...parameters.flat.flatMap(({ inputs }) => inputs)].filter(unique));
    expect(parameters.flat.every((part) => covered.get(part.inputs[0]!)?.includes(part))).toBe(true);
  });
});

const unique = <T>(value: T, i: number, all: readonly T[]) => all.indexOf(value) === i;
