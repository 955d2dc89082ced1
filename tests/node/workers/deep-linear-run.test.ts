import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { fetchJson, recompute } from "../../../scripts/snapshot/recompute.ts";
import { endTree, startTree } from "../../../scripts/start/process-tree.ts";
import { QUIET } from "../../../scripts/start/quiet.ts";
import { measurementColumns } from "../../../shared/protocol/measurements.ts";
import { Rerun } from "../../../shared/protocol/rerun.ts";
import { ExperimentSnapshot, type RunMetrics, StudySnapshot } from "../../../shared/protocol/snapshot.ts";

/** The whole way, nothing replaced: the real Worker under workerd, and the command-line volunteer with the native runtime. */

const root = path.resolve(import.meta.dirname, "../../..");
const state = mkdtempSync(path.join(os.tmpdir(), "deep-linear-run-"));
let worker: ChildProcess;
let origin: string;

beforeAll(async () => {
  const port = await freePort();
  const wrangler = path.join(root, "node_modules/wrangler/bin/wrangler.js");
  const config = path.join(root, "tests/workerd/wrangler.toml");
  const options = [
    "--config",
    config,
    "--port",
    String(port),
    "--persist-to",
    path.join(state, "worker"),
    "--var",
    "PUBLISH_SECONDS:1",
    "--var",
    "KV_WRITES_PER_DAY:0",
  ];
  worker = startTree(process.execPath, [wrangler, "dev", ...options], { ...process.env, ...QUIET });
  origin = `http://127.0.0.1:${port}`;
  await vi.waitFor(() => fetchJson(`${origin}/api/health`), { timeout: 120_000, interval: 250 });
}, 150_000);

afterAll(async () => {
  await endTree(worker);
  rmSync(state, { recursive: true, force: true });
});

test(
  "a run of the deep linear network, asked for as a rerun, is trained over two shards with every measurement and published as its results say",
  { timeout: 600_000 },
  async () => {
    const study = StudySnapshot.parse(await fetchJson(`${origin}/api/snapshot`));
    const parent = study.experiments.find(({ experiment }) => experiment.id.startsWith("deep-linear-pilot-"))!.experiment;
    const rerun = await ask({
      experiment: parent.id,
      variants: parent.plan.variants.filter(({ normalization }) => normalization === "batch").map(({ id }) => id),
      seeds: [7],
      overrides: { steps: 2600, batchSize: 20, learningRate: 1e-5 },
    });
    expect(rerun.plan).toMatchObject({ shardSteps: 2500, spec: { steps: 2600, probes: parent.plan.spec.probes } });
    await volunteer(rerun.id, 2);

    const read = async () => ExperimentSnapshot.parse(await fetchJson(`${origin}${rerun.api}`));
    await expect.poll(async () => (await read()).metrics.progress.runsFinished, { timeout: 60_000, interval: 1000 }).toBe(1);
    const snapshot = await recompute(origin, await read());
    const [run] = snapshot.metrics.variants[0]!.runs as [RunMetrics];
    expect(run).toMatchObject({ state: "finished", trainedSteps: 2600, evaluation: { step: [] } });
    const [first, second] = run.provenance;
    expect([first?.toStep, second?.fromStep, second?.startCheckpoint]).toEqual([2500, 2500, first?.endCheckpoint]);

    expect(run.training.step).toEqual(Array.from({ length: 52 }, (_, i) => 50 * i));
    expect(run.training.accuracy.every((accuracy) => accuracy === null)).toBe(true);
    expect(run.training.loss.at(-1)!).toBeLessThan(run.training.loss[0]! / 2);

    const columns = measurementColumns({ ...rerun.plan.spec, normalization: "batch" });
    for (const name of ["landscape", "shift", "activations", "theorem"] as const) {
      const { step, columns: measured } = run.measurements[name]!;
      const every = rerun.plan.spec.probes![name]!.every;
      expect(step).toEqual(Array.from({ length: Math.ceil(2600 / every) }, (_, i) => i * every));
      expect(Object.keys(measured).sort()).toEqual([...columns[name]!].sort());
    }
    const { step, columns: landscape } = run.measurements.landscape!;
    step.forEach((at, i) => {
      const recorded = run.training.loss[run.training.step.indexOf(at)]!;
      expect(landscape["loss"]![i]).toBeCloseTo(recorded, 5 - Math.ceil(Math.log10(recorded)));
    });
  },
);

async function ask(request: object): Promise<Rerun> {
  const headers = { "content-type": "application/json", authorization: "Bearer test-token" };
  const response = await fetch(`${origin}/api/reruns`, { method: "POST", headers, body: JSON.stringify(request) });
  const text = await response.text();
  if (response.status !== 201) throw new Error(`got ${response.status} ${text}`);
  return Rerun.parse(JSON.parse(text));
}

/** `npm run volunteer` for so many shards. @throws Error with what it printed when it fails */
async function volunteer(experiment: string, shards: number): Promise<void> {
  const options = ["--url", origin, "--experiment", experiment, "--shards", String(shards), "--threads", "1", "--state", state];
  const child = spawn(process.execPath, [path.join(root, "scripts/volunteer.ts"), ...options]);
  let printed = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (data: Buffer) => (printed += data.toString()));
  const code = await new Promise<number | null>((resolve) => child.once("exit", resolve));
  if (code !== 0) throw new Error(`the volunteer ended with ${code}:\n${printed.slice(-3000)}`);
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address ? address.port : 0));
    });
  });
}
