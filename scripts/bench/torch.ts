import { spawnSync } from "node:child_process";
import path from "node:path";
import { type Contestant, inThreads, type Entered, type Work } from "./contestant.ts";
import { startLineProcess } from "./line-process.ts";
import { blocks } from "./networks.ts";

const SCRIPT = path.join(import.meta.dirname, "torch_step.py");

/** The first Python that has PyTorch: BENCH_PYTHON, python3, /usr/bin/python3. */
export function findTorch(): { python: string; version: string } | null {
  for (const python of [process.env["BENCH_PYTHON"], "python3", "/usr/bin/python3"]) {
    if (python === undefined) continue;
    const run = spawnSync(python, ["-W", "ignore", "-c", "import torch; print(torch.__version__)"], { encoding: "utf8" });
    if (run.status === 0) return { python, version: run.stdout.trim() };
  }
  return null;
}

/** PyTorch on the processor, in a process of its own. */
export const torchContestant = (python: string, version: string, threads: number): Contestant => ({
  name: `PyTorch ${version}, CPU, ${inThreads(threads)}`,
  machinery: `native, ${inThreads(threads)}`,
  isOurs: false,
  batchSize: 128,
  repeats: 3,
  open: (work) => open(python, threads, work),
});

async function open(python: string, threads: number, work: Work): Promise<Entered> {
  const child = await startLineProcess(python, ["-W", "ignore", SCRIPT, String(threads)]);
  await child.ask({ open: work.kind === "product" ? work : { ...work, blocks: blocks(work) } });
  return { pids: [child.pid], run: async () => (await child.ask({ run: true })).ms!, close: () => child.close() };
}
