import { spawn, spawnSync } from "node:child_process";
import path from "node:path";
import { createInterface } from "node:readline";
import type { Contestant, Runner, Work } from "./contestant.ts";
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

/** PyTorch on the processor, in a process of its own; memory in its default order or channels last. */
export const torchContestant = (python: string, version: string, threads: number, channelsLast = false): Contestant => ({
  name: `PyTorch ${version}, CPU, ${threads} thread${threads === 1 ? "" : "s"}${channelsLast ? ", channels last" : ""}`,
  batchSize: 128,
  repeats: 3,
  open: (work) => open(python, threads, channelsLast, work),
  close: () => Promise.resolve(),
});

async function open(python: string, threads: number, channelsLast: boolean, work: Work): Promise<Runner> {
  const child = spawn(python, ["-W", "ignore", SCRIPT, String(threads)], { stdio: ["pipe", "pipe", "inherit"] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const answer = async () => {
    const { value, done } = (await lines.next()) as IteratorResult<string, undefined>;
    if (done) throw new Error("bench: PyTorch ended without an answer, want a line of JSON");
    return JSON.parse(value) as { ms?: number };
  };
  const ask = (request: unknown) => {
    child.stdin.write(`${JSON.stringify(request)}\n`);
    return answer();
  };
  await answer();
  await ask({ open: work.kind === "product" ? work : { ...work, blocks: blocks(work), channelsLast } });
  return {
    run: async () => (await ask({ run: true })).ms!,
    close: () =>
      new Promise((resolve) => {
        if (child.exitCode !== null) resolve();
        else child.once("exit", () => resolve()).stdin.end();
      }),
  };
}
