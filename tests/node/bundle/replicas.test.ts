import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { checkpointOf, commitOf, resultOf } from "../../../scripts/crowd/made-up-result.ts";
import { type Someone, someone } from "../../../scripts/crowd/someone.ts";
import { bundle } from "../../../scripts/load/bundle.ts";
import { type LocalCoordinator, startLocal } from "../../../scripts/load/local-coordinator.ts";
import { fetchJson } from "../../../scripts/snapshot/recompute.ts";
import { nodeFetch } from "../../../scripts/volunteer/node-ports.ts";
import { intervalEnd } from "../../../shared/audit/interval.ts";
import { experimentHeader } from "../../../shared/experiments/experiment.ts";
import { deepLinear } from "../../../shared/experiments/deep-linear.ts";
import { isTrained } from "../../../shared/experiments/experiment.ts";
import { replicaHeader } from "../../../shared/experiments/replica.ts";
import { LogPage } from "../../../shared/protocol/action-log.ts";
import { BundleLine } from "../../../shared/protocol/bundle.ts";
import type { Lease } from "../../../shared/protocol/lease.ts";
import { Verdicts } from "../../../shared/protocol/verdicts.ts";
import { PROTOCOL_VERSION } from "../../../shared/protocol/version.ts";
import { openCoordinator } from "../../../shared/volunteer/coordinator.ts";
import type { Coordinator } from "../../../shared/volunteer/ports.ts";

/** The operator's commands, as they are, on the Worker as deployed under workerd; only the training is made up. */

const root = path.resolve(import.meta.dirname, "../../..");
const folder = mkdtempSync(path.join(os.tmpdir(), "replicas-"));
if (!isTrained(deepLinear))
  throw new Error("deep-linear: got an experiment that trains nothing, want one of which a pair is trained again");
const own = experimentHeader(deepLinear, "pilot");
const again = replicaHeader(own)!;
const [seed] = again.plan.seeds;
let worker: string;
const running: LocalCoordinator[] = [];

beforeAll(() => void (worker = bundle("workers/index.ts", path.join(folder, "worker"))), 120_000);
afterAll(async () => {
  await Promise.all(running.map((each) => each.close()));
  rmSync(folder, { recursive: true, force: true });
});

test(
  "a bundle with replicas is exported, verified, put into another coordinator, and verified again",
  { timeout: 300_000 },
  async () => {
    const first = await start();
    const [one, two] = await Promise.all([someone(1), someone(2)]);
    await trainPair(first, one, own.id, "Intel(R) Xeon(R)");
    await vi.waitUntil(async () => (await pairIn(first))?.state === "waits for another vendor", {
      timeout: 60_000,
      interval: 500,
    });
    await trainPair(first, two, again.id, "AMD EPYC 7B13");
    await vi.waitUntil(async () => (await pairIn(first))?.state === "replicated", { timeout: 60_000, interval: 500 });
    await vi.waitFor(() => fetchJson(`${first.origin}/api/snapshot/${again.id}`), { timeout: 60_000 });

    const file = path.join(folder, "first.jsonl");
    await command(first, "export.ts", "--url", first.origin, "--out", file);
    const shards = { [own.id]: resultsIn(file, own.id), [again.id]: resultsIn(file, again.id) };
    expect(shards[again.id]!.length).toBeGreaterThan(again.plan.variants.length);
    const said = await command(first, "verify.ts", file);
    for (const [id, results] of Object.entries(shards)) expect(said).toContain(`${id}: ${results.length} results in one chain`);
    expect(said).toContain("All of it is as it says.");

    const second = await start();
    await command(second, "restore.ts", file, "--url", second.origin);
    const other = path.join(folder, "second.jsonl");
    await command(second, "export.ts", "--url", second.origin, "--out", other);
    expect(resultsIn(other, again.id)).toEqual(shards[again.id]);
    expect(await command(second, "verify.ts", other)).toContain("All of it is as it says.");
    await vi.waitUntil(async () => (await pairIn(second))?.state === "replicated", { timeout: 60_000, interval: 500 });

    const spread = await start({ GATEWAYS: "2" });
    const refused = await command(spread, "restore.ts", file, "--url", spread.origin).catch(String);
    expect(refused).toMatch(/got 409. Gateways: GATEWAYS: got 2, want none: .* GATEWAYS = "0"/);
    const { entries } = LogPage.parse(await fetchJson(`${spread.origin}/api/log`));
    expect(new Set(entries.map(({ kind }) => kind))).toEqual(new Set(["opened"]));
  },
);

async function start(variables: Readonly<Record<string, string>> = {}): Promise<LocalCoordinator> {
  const coordinator = await startLocal(worker, { PUBLISH_SECONDS: "1", ...variables });
  running.push(coordinator);
  await fetchJson(`${coordinator.origin}/api/snapshot`);
  return coordinator;
}

/** What the published verdicts say of the drawn pair. */
async function pairIn({ origin }: LocalCoordinator) {
  const answer = await fetchJson(`${origin}/api/verdicts`).catch(() => null);
  return answer === null ? undefined : Verdicts.parse(answer).replication?.pairs.find((pair) => pair.replica === again.id);
}

/** Hands in made-up results for the runs of the drawn seed, with every variant, to their ends. */
async function trainPair({ origin }: LocalCoordinator, who: Someone, experiment: string, adapter: string): Promise<void> {
  const fetch: typeof nodeFetch = (url, init) =>
    nodeFetch(url, { ...init, headers: { ...init.headers, "cf-connecting-ip": who.address } });
  const coordinator = openCoordinator({ fetch, origin, keys: () => Promise.resolve(who.keys) });
  const device = { provider: "cpu", adapter, threads: 1, runtime: "none", platform: "a test" } as const;
  for (const { id: variant } of own.plan.variants) {
    for (let step = 0, index = 0; step < own.plan.spec.steps; index++) {
      const prefer = `${experiment}.${variant}.s${seed}.k${index}`;
      const reply = await coordinator.lease({ protocol: PROTOCOL_VERSION, device, experiment, prefer });
      if (reply.kind === "idle") throw new Error(`${prefer}: ${reply.reason}`);
      expect(reply.lease.shard.id).toBe(prefer);
      await makeUp(coordinator, reply.lease);
      step = reply.lease.shard.toStep;
    }
  }
}

/** Binds, stores and hands in, as a volunteer does who has trained. */
async function makeUp(coordinator: Coordinator, lease: Lease): Promise<void> {
  const { id, shard, commitEvery = shard.toStep } = lease;
  const result = resultOf(lease, { trainMs: 180_000 });
  const states = new Map<string, Uint8Array>();
  const wanted = new Set([result.endCheckpoint!]);
  for (let from = shard.fromStep; from < shard.toStep;) {
    const to = intervalEnd(from, shard.toStep, commitEvery);
    const { bytes, sha256 } = checkpointOf({ ...lease, shard: { ...shard, toStep: to } });
    states.set(sha256, bytes);
    for (const drawn of (await coordinator.commit(id, [commitOf(lease, result, from, to)])).wanted) wanted.add(drawn);
    from = to;
  }
  for (const sha256 of wanted) await coordinator.putCheckpoint(sha256, id, states.get(sha256)!);
  await coordinator.handIn(id, result);
}

/** A command of scripts/, with the operator's token. @returns what it printed @throws Error with what it said, when it fails */
async function command({ tokens }: LocalCoordinator, script: string, ...args: string[]): Promise<string> {
  const env = { ...process.env, OPERATOR_TOKEN: tokens.operator };
  const { stdout } = await promisify(execFile)(process.execPath, [path.join(root, "scripts", script), ...args], { env });
  return stdout;
}

const resultsIn = (file: string, experiment: string): BundleLine[] =>
  readFileSync(file, "utf8")
    .trimEnd()
    .split("\n")
    .map((text) => BundleLine.parse(JSON.parse(text)))
    .filter((line) => line.line === "row" && line.of === experiment && line.table === "results");
