import { readFileSync } from "node:fs";
import { InferenceSession, Tensor } from "onnxruntime-node";
import { describe, expect, it } from "vitest";
import { uniform } from "../../../shared/math/random.ts";
import { noiseKey } from "../../../shared/nn/noise.ts";
import { compileTraining, initialState, type ProgramSpec } from "../../../shared/nn/training.ts";

/** Written by tests/golden/torch_golden.py: the same networks in PyTorch, in float64. */
interface Golden {
  readonly torch: string;
  readonly seed: number;
  readonly batchSize: number;
  readonly steps: number;
  readonly cases: readonly Case[];
}

interface Case extends Omit<ProgramSpec, "batchSize" | "momentum"> {
  readonly momentum?: number;
  readonly learningRate: number;
  readonly weightDecay: number;
  readonly parameters: number;
  readonly losses: readonly number[];
  readonly after: Readonly<Record<string, { norm: number; projection: number }>>;
}

const golden = JSON.parse(readFileSync(new URL("../../golden/torch-golden.json", import.meta.url), "utf8")) as Golden;

/**
 * Ours is float32 (the deep linear network: float64) against PyTorch's float64. One step rounds; with each further one the rounding grows, most where
 * a ReLU or pool flips. Each bound is two to three times the worst of all cases as measured, on one thread or two; the typical case is 10,000
 * times better. Worst measured, float32: 1.8e-6, 1.4e-2, 5.8e-7, 5.7e-4; float64: 4.2e-14, 1.8e-11, 2.1e-15, 1.7e-14.
 */
const TOLERANCE = {
  float32: { firstLoss: 5e-6, lastLoss: 4e-2, firstStep: 1.5e-6, lastStep: 1.5e-3 },
  float64: { firstLoss: 1e-13, lastLoss: 5e-11, firstStep: 1e-14, lastStep: 5e-14 },
} as const;

const name = ({ network, normalization, placement, momentum }: Case) =>
  [JSON.stringify(network), normalization, placement ?? "", momentum ? `momentum ${momentum}` : ""].join(" ");

describe(`PyTorch ${golden.torch}`, () => {
  it.each(golden.cases.map((each) => [name(each), each] as const))("%s", async (_, each) => {
    const double = each.network.family === "deep-linear";
    const tolerance = TOLERANCE[double ? "float64" : "float32"];
    const { losses, states } = await train(each, double);

    expect(states[0]!.length).toBe(each.parameters);
    expect(relative(losses[0]!, each.losses[0]!), "loss of the first step").toBeLessThan(tolerance.firstLoss);
    expect(relative(losses.at(-1)!, each.losses.at(-1)!), "loss of the last step").toBeLessThan(tolerance.lastLoss);
    for (const [k, step, bound] of [
      [0, "1", tolerance.firstStep],
      [1, String(golden.steps), tolerance.lastStep],
    ] as const) {
      const got = digest(states[k]!);
      const want = each.after[step]!;
      expect(relative(got.norm, want.norm), `norm after ${step}`).toBeLessThan(bound);
      expect(Math.abs(got.projection - want.projection) / want.norm, `projection after ${step}`).toBeLessThan(bound);
    }
  });
});

const relative = (got: number, want: number) => Math.abs(got - want) / Math.max(1, Math.abs(want));

/** As in the script: numbers that change when any parameter, or their order, does. */
function digest(flat: ArrayLike<number>): { norm: number; projection: number } {
  let squares = 0;
  let projection = 0;
  for (let i = 0; i < flat.length; i++) {
    squares += flat[i]! ** 2;
    projection += flat[i]! * Math.sin(i + 1);
  }
  return { norm: Math.sqrt(squares), projection };
}

/** Losses of every step, and the parameters after the first and the last. */
async function train(each: Case, double: boolean): Promise<{ losses: number[]; states: ArrayLike<number>[] }> {
  const { momentum, ...rest } = each;
  const spec: ProgramSpec = { ...rest, batchSize: golden.batchSize, ...(momentum && { momentum: true }) };
  const program = compileTraining(spec, "cpu");
  // Tensors this small gain nothing by more threads, which only wait in turns for each other.
  const session = await InferenceSession.create(program.train.bytes, { intraOpNumThreads: 1 });
  const number = (value: number) =>
    double ? new Tensor("float64", Float64Array.of(value), []) : new Tensor("float32", Float32Array.of(value), []);
  const start = initialState({ ...spec, seed: golden.seed });
  let state: Record<string, Tensor> = Object.fromEntries(
    program.state.map(({ name, dtype, shape }) => [name, new Tensor(dtype as "float32", start[name] as Float32Array, shape)]),
  );
  const constants: Record<string, Tensor> = {
    ...batch(each),
    learningRate: number(each.learningRate),
    weightDecay: number(each.weightDecay),
    ...(momentum && { momentum: number(momentum) }),
  };
  const losses: number[] = [];
  const states: ArrayLike<number>[] = [];
  for (let step = 0; step < golden.steps; step++) {
    const key = { noiseKey: new Tensor("int32", noiseKey(golden.seed, step), [2]) };
    const feeds = { ...state, ...constants, ...key };
    const wanted = Object.fromEntries(
      program.train.inputs.map(({ name }) => [name, feeds[name as keyof typeof feeds] as Tensor]),
    );
    const results = await session.run(wanted);
    state = Object.fromEntries(program.state.map(({ name }) => [name, results[`${name}Next`] as Tensor]));
    losses.push(Number(results["loss"]!.data[0]));
    if (step === 0 || step === golden.steps - 1) states.push(state["parameters"]!.data as Float32Array);
  }
  await session.release();
  return { losses, states };
}

function batch({ network }: Case): Record<string, Tensor> {
  const { seed, batchSize: n } = golden;
  if (network.family === "deep-linear") {
    const draw = (stream: string) => uniform(seed, stream, 0, n * network.units).map((u) => 2 * u - 1);
    return {
      inputs: new Tensor("float64", draw("golden inputs"), [n, network.units]),
      targets: new Tensor("float64", draw("golden targets"), [n, network.units]),
    };
  }
  const images = Float32Array.from(uniform(seed, "golden inputs", 0, n * 3072), (u) => 4 * u - 2);
  const labels = Int32Array.from(uniform(seed, "golden labels", 0, n), (u) => Math.floor(10 * u));
  return { images: new Tensor("float32", images, [n, 3, 32, 32]), labels: new Tensor("int32", labels, [n]) };
}
