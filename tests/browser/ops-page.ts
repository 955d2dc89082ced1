import { compile } from "../../shared/graph/compile.ts";
import type { Target } from "../../shared/graph/emit.ts";
import type { Op } from "../../shared/graph/op.ts";
import { evaluateReference } from "../../shared/graph/reference.ts";
import type { Value } from "../../shared/graph/value.ts";
import type { Ort } from "../../shared/volunteer/ort-trainer.ts";
import { startOrt } from "../../site/src/volunteer/ort-runner.ts";
import { findAdapter } from "../../site/src/volunteer/provider.ts";
import { buildExample, differentiate, type Feeds, relativeError } from "../op-examples.ts";

/** How far WebGPU is from the float64 reference in one example; `failure` where it does not run there at all. */
export interface OpReport {
  readonly example: string;
  readonly value: number;
  readonly gradient: number | null;
  readonly failure: string | null;
}

/** Runs in the browser for ops.test.ts: every example of one op, and its gradient, on WebGPU without the CPU to fall back on. */
export async function tryOp(file: string): Promise<OpReport[]> {
  const ort = await runtime();
  const { op } = ((await import(/* @vite-ignore */ `/shared/graph/ops/${file}`)) as { op: { op: Op } }).op;
  const reports: OpReport[] = [];
  for (const [i, example] of op.examples.entries()) {
    const { output, feeds, smooth } = buildExample(op, example);
    const { gradients } = differentiate(output, smooth, feeds);
    for (const target of op.emulated ? (["webgpu", "emulated"] as const) : (["webgpu"] as const)) {
      const name = `${op.name} ${i}, formulated for ${target}`;
      try {
        const [value, ...rest] = await errors(ort, [output, ...gradients], feeds, target);
        reports.push({ example: name, value: value!, gradient: rest.length > 0 ? Math.max(...rest) : null, failure: null });
      } catch (failure) {
        reports.push({ example: name, value: NaN, gradient: null, failure: String(failure) });
      }
    }
  }
  return reports;
}

/** How far each value is from the reference; all in one session, whose opening is most of what a test costs. */
async function errors(ort: Ort, values: readonly Value[], feeds: Feeds, target: Target): Promise<number[]> {
  const want = evaluateReference(values, feeds);
  const model = compile("try", Object.fromEntries(values.map((value, i) => [`y${i}`, value])), target);
  const session = await ort.session(model.bytes, []);
  const tensors = model.inputs.map(({ name, dtype, shape }) => {
    const numbers = dtype === "int32" ? Int32Array.from(feeds[name]!) : Float32Array.from(feeds[name]!);
    return [name, ort.tensor(numbers, shape)] as const;
  });
  const outputs = await session.run(
    Object.fromEntries(tensors),
    Object.keys(Object.fromEntries(values.map((_, i) => [`y${i}`, 0]))),
  );
  const found: number[] = [];
  for (const [i, numbers] of want.entries()) {
    found.push(relativeError((await outputs[`y${i}`]!.getData()) as Float32Array, numbers));
  }
  await session.release();
  return found;
}

let started: Promise<Ort> | undefined;

function runtime(): Promise<Ort> {
  started ??= findAdapter(navigator.gpu).then(async (adapter) => {
    const surroundings = {
      fetch: (url: string, { timeoutMs: _none, ...init }: RequestInit & { timeoutMs?: number }) => fetch(url, init),
      origin: location.origin,
      threads: 1,
      platform: "a test",
      adapter: adapter?.name ?? null,
    };
    return (await startOrt({ provider: "webgpu", reason: "a test" }, surroundings, () => undefined)).ort;
  });
  return started;
}

Object.assign(globalThis, { tryOp });
