import { readFileSync } from "node:fs";
import { initialState } from "../../shared/nn/training.ts";
import type { Lease } from "../../shared/protocol/lease.ts";
import type { Measurements } from "../../shared/protocol/measurements.ts";
import type { TrainingSpec } from "../../shared/protocol/training-spec.ts";
import { Split } from "../../shared/volunteer/dataset.ts";
import { freshHeader } from "../../shared/volunteer/local-checkpoint.ts";
import type { Runtime } from "../../shared/volunteer/ports.ts";
import { Programs } from "../../shared/volunteer/programs.ts";
import { ShardRun } from "../../shared/volunteer/shard-run.ts";
import { needsImages, trainingData } from "../../shared/volunteer/training-data.ts";
import { nodeClock } from "../volunteer/node-ports.ts";
import { nodeRuntime } from "../volunteer/ort-node.ts";
import { wasmRuntime } from "../volunteer/ort-wasm.ts";
import type { State } from "../../shared/nn/checkpoint.ts";

/** Largest difference of a quantity's column (`loss@1` is of `loss`) at each step of an interval, in what the column is of size. */
export type Apart = Readonly<Record<string, readonly number[]>>;

/**
 * Measures along one interval on native CPU (1 thread), and again on native CPU (2 threads) and on WASM in Node, from one state.
 * @param spec its probes are taken at every step  @param chunk file of CIFAR-10
 */
export async function measuredApart(spec: TrainingSpec, warm: number, steps: number, chunk: string) {
  const images = needsImages(spec) ? new Split([readFileSync(chunk)]) : null;
  const run = async (runtime: Runtime, measured: TrainingSpec, from: { state: State; step: number } | null, toStep: number) => {
    const programs = new Programs();
    const trainer = await programs.open(runtime, measured);
    trainer.load(from?.state ?? initialState(spec));
    const fromStep = from?.step ?? 0;
    const shard = { id: "a.k0", index: 0, of: 1, fromStep, toStep };
    const lease = { shard, spec: measured, modelSha256: "", startCheckpoint: null, experiment: { id: "a" }, id: "a.0" } as Lease;
    const header = { ...freshHeader(lease), step: fromStep };
    const trained = new ShardRun(
      lease,
      header,
      trainer,
      trainingData(spec, images && { train: images, test: images }),
      nodeClock,
    );
    await trained.train(
      () => Promise.resolve(),
      () => undefined,
    );
    const result = { measurements: (await trained.header()).measurements, state: await trainer.state() };
    await trainer.close();
    return result;
  };
  const { probes: _probes, ...plain } = spec;
  const { state } = await run(nodeRuntime(1), plain, null, warm);
  const from = { state, step: warm };
  const own = await run(nodeRuntime(1), spec, from, warm + steps);
  const threads = await run(nodeRuntime(2), spec, from, warm + steps);
  const wasm = await run(await wasmRuntime(1), spec, from, warm + steps);
  return { threads: apart(own.measurements, threads.measurements), wasm: apart(own.measurements, wasm.measurements) };
}

function apart(a: Measurements, b: Measurements): Apart {
  const found: Record<string, number[]> = {};
  for (const [probe, { step, columns }] of Object.entries(a)) {
    for (const [column, values] of Object.entries(columns)) {
      const quantity = `${probe}.${column.replace(/[@.]\d.*$/, "")}`;
      const others = b[probe as keyof Measurements]!.columns[column]!;
      step.forEach((_, i) => {
        const [x, y] = [values[i], others[i]].map((value) => (Array.isArray(value) ? value : [value ?? NaN])) as [
          number[],
          number[],
        ];
        const size = Math.max(...x.map(Math.abs), ...y.map(Math.abs), 1e-12);
        const far = Math.max(...x.map((value, k) => Math.abs(value - y[k]!))) / size;
        found[quantity] ??= step.map(() => 0);
        found[quantity][i] = Math.max(found[quantity][i]!, far);
      });
    }
  }
  return found;
}
