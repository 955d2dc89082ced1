import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { InferenceSession, Tensor } from "onnxruntime-node";
import { compileTraining, initialState, type ProgramSpec } from "../../shared/nn/training.ts";
import { median, randomBatch, RATES } from "./numbers.ts";

/** One event of ONNX Runtime's profile; microseconds. */
interface Event {
  readonly cat: string;
  readonly name: string;
  readonly ts: number;
  readonly dur: number;
}

/** What ONNX Runtime's own profiler tells about a usual run of the step on the CPU. */
export interface Kernels {
  /** Share of the run that is spent in kernels; the profiler's own work is not. */
  readonly share: number;
  /** Nodes of a run, as many as its optimizer left. */
  readonly nodes: number;
}

export async function profileKernels(spec: ProgramSpec, threads: number, steps: number): Promise<Kernels> {
  const folder = await mkdtemp(path.join(os.tmpdir(), "profile-"));
  try {
    const program = compileTraining(spec, "cpu");
    const session = await InferenceSession.create(program.train.bytes, {
      intraOpNumThreads: threads,
      logSeverityLevel: 3,
      enableProfiling: true,
      profileFilePrefix: path.join(folder, "step"),
    });
    const start = initialState({ ...spec, seed: 1 });
    const { images, labels } = randomBatch(spec.batchSize);
    const feeds = {
      ...Object.fromEntries(program.state.map(({ name, shape }) => [name, new Tensor(start[name] as Float32Array, shape)])),
      images: new Tensor(images, [spec.batchSize, 3, 32, 32]),
      labels: new Tensor(labels, [spec.batchSize]),
      learningRate: new Tensor(Float32Array.of(RATES.learningRate), []),
      weightDecay: new Tensor(Float32Array.of(RATES.weightDecay), []),
    };
    for (let step = 0; step <= steps; step++) await session.run(feeds);
    session.endProfiling();
    await session.release();
    const [file] = await readdir(folder);
    const events = JSON.parse(await readFile(path.join(folder, file!), "utf8")) as Event[];
    return { share: usualKernelShare(events), nodes: events.filter(isKernel).length / (steps + 1) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const isKernel = ({ cat, name }: Event): boolean => cat === "Node" && name.endsWith("_kernel_time");

/** The middle of the runs after the first, which allocates. Both times come from the same run, so that load falls on both. */
function usualKernelShare(events: readonly Event[]): number {
  const runs = events.filter(({ cat, name }) => cat === "Session" && name === "model_run").slice(1);
  const kernels = events.filter(isKernel);
  if (runs.length === 0) throw new Error("kernels: got no finished run in the profile, want several");
  const within = (run: Event) => kernels.filter(({ ts }) => ts >= run.ts && ts < run.ts + run.dur);
  return median(runs.map((run) => within(run).reduce((sum, { dur }) => sum + dur, 0) / run.dur));
}
