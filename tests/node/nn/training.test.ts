import { describe, expect, it } from "vitest";
import { decodeCheckpoint, encodeCheckpoint } from "../../../shared/nn/checkpoint.ts";
import { evaluateReference } from "../../../shared/graph/reference.ts";
import { normal, uniform } from "../../../shared/math/random.ts";
import type { Normalization } from "../../../shared/nn/normalization/index.ts";
import { compileTraining, initialState, type ProgramSpec, stateLayout, trainStep } from "../../../shared/nn/training.ts";
import { runOnCpu } from "../ort.ts";

const WIDTH = 1 / 32;
const tiny = (normalization: Normalization): ProgramSpec => ({
  network: { family: "vgg", depth: 11, width: WIDTH, head: "linear" },
  normalization,
  batchSize: 4,
});

/** 3 x 3 weights of VGG-11's eight convolutions, and the linear layer's. */
const CHANNELS = [3, ...[64, 128, 256, 256, 512, 512, 512, 512].map((c) => c * WIDTH)];
const WEIGHTS = CHANNELS.slice(1).reduce((sum, c, i) => sum + 9 * c * CHANNELS[i]!, 10 * CHANNELS.at(-1)!);

const count = 4;
const images = normal(3, "images", 0, count * 3 * 32 * 32);
const labels = uniform(3, "labels", 0, count).map((u) => Math.floor(10 * u));

/** Feeds of one step. Weights are twice Glorot's, so that gradients of the deepest layers are not lost in rounding. */
function feeds(spec: ProgramSpec, learningRate: number, weightDecay: number): Record<string, Float64Array> {
  const state = initialState({ ...spec, seed: 5 });
  return {
    parameters: Float64Array.from(state["parameters"]!, (w) => (w === 1 ? w : 2 * w)),
    ...(state["statistics"] && { statistics: Float64Array.from(state["statistics"]) }),
    images: Float64Array.from(Float32Array.from(images)),
    labels,
    learningRate: Float64Array.of(learningRate),
    weightDecay: Float64Array.of(weightDecay),
  };
}

describe.each(["none", "batch"] as const)("one training step, normalization %s", (normalization) => {
  const spec = tiny(normalization);
  const step = trainStep(spec);

  it("moves every parameter along its finite difference", () => {
    const at = feeds(spec, 1, 0);
    const next = evaluateReference([step["parametersNext"]!], at)[0]!;
    const gradient = next.map((after, i) => at["parameters"]![i]! - after);
    const loss = (i: number, move: number) => {
      const parameters = Float64Array.from(at["parameters"]!);
      parameters[i] = parameters[i]! + move;
      return evaluateReference([step["loss"]!], { ...at, parameters })[0]![0]!;
    };
    const scale = Math.max(...gradient.map(Math.abs));
    // Every 173rd parameter: some of each layer's weights, biases, gammas and betas.
    for (let i = 0; i < gradient.length; i += 173) {
      const difference = (loss(i, 1e-6) - loss(i, -1e-6)) / 2e-6;
      expect(Math.abs(difference - gradient[i]!) / scale, `parameter ${i}`).toBeLessThan(1e-6);
    }
  }, 120_000);

  it("comes out of ONNX Runtime as from the float64 reference", async () => {
    const at = feeds(spec, 0.1, 5e-4);
    const names = Object.keys(step);
    const want = evaluateReference(Object.values(step), at);
    const got = await runOnCpu(compileTraining(spec, "cpu").train, at);
    for (const [k, name] of names.entries()) {
      const worst = Math.max(...Array.from(want[k]!, (number, i) => Math.abs(number - got[name]![i]!)));
      expect(worst, name).toBeLessThan(2e-5);
    }
  });

  it("decays weights, and not biases, gamma or beta", () => {
    const free = evaluateReference([step["parametersNext"]!], feeds(spec, 0.1, 0))[0]!;
    const decayed = evaluateReference([step["parametersNext"]!], feeds(spec, 0.1, 0.5))[0]!;
    const { parameters } = feeds(spec, 0.1, 0);
    for (const [i, w] of parameters!.entries()) {
      expect(decayed[i]! - free[i]!, `parameter ${i}`).toBeCloseTo(i < WEIGHTS ? -0.1 * 0.5 * w : 0, 12);
    }
  });
});

describe("running statistics", () => {
  const spec = tiny("batch");

  it("move by a hundredth towards the batch's, and are what testing normalizes with", async () => {
    const program = compileTraining(spec, "cpu");
    const at = feeds(spec, 0.1, 0);
    const { statisticsNext } = await runOnCpu(program.train, at);
    expect(statisticsNext![0]).not.toBe(0);
    expect(statisticsNext!.every(Number.isFinite)).toBe(true);

    // A network tested with the statistics of the very batch gives that batch's training loss.
    const batch = statisticsNext!.map((next, i) => (next - 0.99 * at["statistics"]![i]!) / 0.01);
    const { loss } = await runOnCpu(program.train, at);
    const { lossSum } = await runOnCpu(program.evaluate, { ...at, statistics: batch });
    expect(lossSum![0]! / count).toBeCloseTo(loss![0]!, 3);
  });

  it.each(["l1", "l2", "linf"] as const)("%s keeps a mean and a scale, and tests with them", async (normalization) => {
    const program = compileTraining({ ...spec, normalization }, "cpu");
    const at = feeds({ ...spec, normalization }, 0.1, 0);
    const { statisticsNext, loss } = await runOnCpu(program.train, at);
    const batch = statisticsNext!.map((next, i) => (next - 0.99 * at["statistics"]![i]!) / 0.01);
    const { lossSum } = await runOnCpu(program.evaluate, { ...at, statistics: batch });
    expect(lossSum![0]! / count).toBeCloseTo(loss![0]!, 3);
  });

  it("rows labelled -1 do not count in testing", async () => {
    const { evaluate } = compileTraining(spec, "cpu");
    const at = feeds(spec, 0, 0);
    const all = await runOnCpu(evaluate, at);
    const parts = await Promise.all(
      [0, 1].map((half) => runOnCpu(evaluate, { ...at, labels: labels.map((label, i) => (i % 2 === half ? label : -1)) })),
    );
    expect(parts[0]!["lossSum"]![0]! + parts[1]!["lossSum"]![0]!).toBeCloseTo(all["lossSum"]![0]!, 4);
    expect(parts[0]!["correct"]![0]! + parts[1]!["correct"]![0]!).toBe(all["correct"]![0]!);
  });
});

describe("a compiled program", () => {
  it.each([
    [11, 1 / 8, "none", 145_210],
    [11, 1 / 8, "batch", 145_898],
    [16, 1 / 8, "batch", 232_274],
    [16, 1, "none", 14_719_818],
    [19, 1 / 4, "batch", 1_256_922],
  ] as const)("VGG-%i at width %d, %s, has %i parameters", (depth, width, normalization, parameters) => {
    const [vector] = stateLayout({ network: { family: "vgg", depth, width, head: "linear" }, normalization, batchSize: 8 });
    expect(vector!.shape).toEqual([parameters]);
  });

  it("has the same bytes whenever it is compiled, and no weights in them", () => {
    const spec: ProgramSpec = {
      network: { family: "vgg", depth: 16, width: 1, head: "linear" },
      normalization: "batch",
      batchSize: 128,
    };
    const [first, second] = [compileTraining(spec, "cpu"), compileTraining(spec, "cpu")];
    expect(second.train.bytes).toEqual(first.train.bytes);
    expect(second.train.sha256).toBe(first.train.sha256);
    expect(first.train.bytes.length).toBeLessThan(250_000);
  });
});

describe("initial parameters", () => {
  it("follow from the seed and the layer's name alone", () => {
    const a = initialState({ ...tiny("none"), seed: 1 })["parameters"]!;
    const again = initialState({ ...tiny("none"), seed: 1 })["parameters"]!;
    const other = initialState({ ...tiny("none"), seed: 2 })["parameters"]!;
    expect(again).toEqual(a);
    expect(other).not.toEqual(a);
    // With BatchNorm the weights are the same: the pair differs in the normalization alone.
    const paired = initialState({ ...tiny("batch"), seed: 1 })["parameters"]!;
    expect(paired.subarray(0, WEIGHTS)).toEqual(a.subarray(0, WEIGHTS));
  });

  it("are Glorot's uniform distribution: mean 0, variance 2 / (fan in + fan out)", () => {
    const spec = { ...tiny("none"), network: { family: "vgg", depth: 11, width: 1 / 4, head: "linear" } as const };
    const flat = initialState({ ...spec, seed: 1 })["parameters"]!;
    const from = 9 * (3 * 16 + 16 * 32 + 32 * 64 + 64 * 64 + 64 * 128);
    const layer = flat.subarray(from, from + 9 * 128 * 128); // conv6: 128 -> 128 channels
    const variance = Array.from(layer).reduce((sum, w) => sum + w * w, 0) / layer.length;
    expect(variance / (2 / (9 * 256))).toBeCloseTo(1, 1);
  });

  it("are He's where asked for: variance 2 / fan in", () => {
    const spec = { ...tiny("none"), network: { family: "vgg", depth: 11, width: 1 / 4, head: "linear" } as const, seed: 1 };
    const [glorot, he] = [initialState(spec)["parameters"]!, initialState(spec, "he")["parameters"]!];
    // conv1: fan in 9 x 3, fan out 9 x 16; the same draws, scaled.
    expect(he[0]! / glorot[0]!).toBeCloseTo(Math.sqrt((9 * (3 + 16)) / (9 * 3)), 5);
  });

  it("are float64 for the deep linear network, and survive a checkpoint bit for bit", () => {
    const spec: ProgramSpec = { network: { family: "deep-linear", layers: 25, units: 10 }, normalization: "batch", batchSize: 8 };
    const state = initialState({ ...spec, seed: 1 });
    expect(state["parameters"]).toBeInstanceOf(Float64Array);
    const layout = stateLayout(spec);
    const bytes = encodeCheckpoint({ step: 7, state }, layout);
    expect(decodeCheckpoint(bytes, layout)).toEqual({ step: 7, state });
  });
});
