import { compile } from "../../shared/graph/compile.ts";
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
    try {
      const value = await error(ort, [output], feeds);
      const { gradients } = differentiate(output, smooth, feeds);
      const gradient = smooth.length > 0 ? await error(ort, gradients, feeds) : null;
      reports.push({ example: `${op.name} ${i}`, value, gradient, failure: null });
    } catch (failure) {
      reports.push({ example: `${op.name} ${i}`, value: NaN, gradient: null, failure: String(failure) });
    }
  }
  return reports;
}

async function error(ort: Ort, values: readonly Value[], feeds: Feeds): Promise<number> {
  const want = evaluateReference(values, feeds);
  const model = compile("try", Object.fromEntries(values.map((value, i) => [`y${i}`, value])), "webgpu");
  const session = await ort.session(model.bytes, []);
  const tensors = model.inputs.map(({ name, dtype, shape }) => {
    const numbers = dtype === "int32" ? Int32Array.from(feeds[name]!) : Float32Array.from(feeds[name]!);
    return [name, ort.tensor(numbers, shape)] as const;
  });
  const outputs = await session.run(
    Object.fromEntries(tensors),
    Object.keys(Object.fromEntries(values.map((_, i) => [`y${i}`, 0]))),
  );
  const errors: number[] = [];
  for (const [i, numbers] of want.entries()) {
    errors.push(relativeError((await outputs[`y${i}`]!.getData()) as Float32Array, numbers));
  }
  await session.release();
  return Math.max(...errors);
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
