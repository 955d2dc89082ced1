import type * as Node from "onnxruntime-node";
import { Emitter, type Target } from "../../shared/graph/emit.ts";
import { elements } from "../../shared/graph/value.ts";
import { encodeModel } from "../../shared/onnx/model-proto.ts";

/** Alternating rounds, as many as fit. */
export const MOST_ROUNDS = 15;
const MOST_MS = 1500;

/** A way to compute something, and the tensors that it is computed from. */
export interface Lowering {
  readonly name: string;
  readonly inputs: Readonly<Record<string, readonly number[]>>;
  readonly output: readonly number[];
  readonly lower: (emit: Emitter) => string;
}

/** Lowerings of one thing, and which of them the compiler chooses. */
export interface Ways {
  readonly chosen: string;
  readonly lowerings: readonly Lowering[];
}

/** ONNX Runtime in this process. */
export interface Provider {
  readonly name: "cpu" | "wasm" | "webgpu";
  readonly target: Target;
  readonly ort: Pick<typeof Node, "InferenceSession" | "Tensor">;
}

/** Times every way in alternating rounds; a row of the table: lowest processor times in milliseconds, a star at what is chosen. */
export async function row(provider: Provider, ways: readonly Ways[]): Promise<string> {
  const cells = [];
  for (const { chosen, lowerings } of ways) {
    const times = await fastest(provider, lowerings);
    cells.push([...times].map(([name, ms]) => `${name}${name === chosen ? "*" : ""} ${ms.toFixed(2)}`.padEnd(20)).join(""));
  }
  return cells.join("| ");
}

async function fastest({ name: provider, target, ort }: Provider, lowerings: readonly Lowering[]): Promise<Map<string, number>> {
  const runs = await Promise.all(
    lowerings.map(async ({ name, inputs, output, lower }) => {
      const emit = new Emitter(target);
      emit.nameOutputs(new Map([["result", lower(emit)]]));
      const { nodes, initializers } = emit;
      const float32 = "float32" as const;
      const model = encodeModel({
        ...{ name: "formulation", nodes, initializers },
        inputs: Object.entries(inputs).map(([input, shape]) => ({ name: input, dtype: float32, shape })),
        outputs: [{ name: "result", dtype: float32, shape: output }],
      });
      const options = { executionProviders: [provider], intraOpNumThreads: 1, logSeverityLevel: 3 } as const;
      const feeds = Object.fromEntries(Object.entries(inputs).map(([input, shape]) => [input, random(ort, shape)]));
      return { name, feeds, session: await ort.InferenceSession.create(model, options) };
    }),
  );
  const best = new Map(runs.map(({ name }) => [name, Infinity]));
  const started = process.cpuUsage();
  for (let round = 0; round < MOST_ROUNDS && (round < 3 || milliseconds(started) < MOST_MS); round++) {
    for (const { name, feeds, session } of runs) {
      const before = process.cpuUsage();
      await session.run(feeds);
      best.set(name, Math.min(best.get(name)!, milliseconds(before)));
    }
  }
  for (const { session } of runs) await session.release();
  return best;
}

/** Processor time since then. */
function milliseconds(since: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(since);
  return (user + system) / 1000;
}

const random = (ort: Provider["ort"], shape: readonly number[]) =>
  new ort.Tensor(
    Float32Array.from({ length: elements(shape) }, () => Math.random() - 0.5),
    shape,
  );
