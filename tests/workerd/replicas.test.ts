import { reset, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, expect, test } from "vitest";
import { claims } from "../../shared/claims/index.ts";
import type { RunReading } from "../../shared/claims/judging/readings.ts";
import { experimentHeader } from "../../shared/experiments/experiment.ts";
import { trainedExperiments } from "../../shared/experiments/index.ts";
import { replicaHeader } from "../../shared/experiments/replica.ts";
import { ExperimentSnapshot, StudySnapshot } from "../../shared/protocol/snapshot.ts";
import { Verdicts } from "../../shared/protocol/verdicts.ts";
import { unread } from "../../workers/coordinator/judge-study.ts";
import { bundleLines } from "../../workers/operator/bundle-lines.ts";
import { T0, api, ask, problemOf, somebody } from "./api.ts";
import { device } from "./tiny.ts";

const own = trainedExperiments.map((experiment) => experimentHeader(experiment, "pilot"));
const deepLinear = own.find(({ id }) => id.startsWith("deep-linear-pilot"))!;
const replica = replicaHeader(deepLinear)!;
const [seed] = replica.plan.seeds;
const intel = { ...device, adapter: "Intel(R) Xeon(R)" };
const amd = { ...device, adapter: "AMD EPYC 7B13" };

const study = () => env.STUDY.getByName("study");
const setStudyClock = (now: number) => runInDurableObject(study(), (instance) => void (instance.clock = () => now));
const replication = async () => Verdicts.parse(await (await api("GET", "/api/verdicts")).json()).replication!;

/** Every run with some seeds is over, trained on these devices. @param end its last value */
function trained(
  seeds: readonly number[],
  vendors: readonly string[],
  end: (seed: number) => number,
  volunteer = "ada",
): RunReading[] {
  return deepLinear.plan.variants.flatMap(({ id }) =>
    seeds.map((one) => ({
      ...{
        variant: id,
        seed: one,
        trainedSteps: deepLinear.plan.spec.steps,
        isOver: true,
        sides: {},
        vendors,
        browsers: ["Node"],
      },
      ...{ volunteers: [volunteer], models: [], curve: { step: [5000, 10_000], value: [end(one) + 1, end(one)] } },
    })),
  );
}

async function hear(now: number, header: typeof deepLinear, runs: readonly RunReading[]): Promise<void> {
  await setStudyClock(now);
  await study().hear({ ...unread(claims, header), runs }, []);
  await runDurableObjectAlarm(study());
}

beforeEach(async () => {
  await setStudyClock(T0);
  await api("GET", "/api/snapshot").then((reply) => reply.text());
  await hear(
    T0,
    deepLinear,
    trained(deepLinear.plan.seeds, ["intel"], (one) => one / 10),
  );
});
afterEach(() => reset());

test("a drawn pair whose runs are over is trained again, by others and on another vendor's devices only", async () => {
  expect(await replication()).toMatchObject({ replicated: 0, agree: 0, differ: 0 });
  const waiting = (await replication()).pairs.filter(({ state }) => state === "waits for another vendor");
  expect(waiting.map((pair) => [pair.experiment, pair.replica, pair.seed])).toEqual([[deepLinear.id, replica.id, seed]]);

  const same = await ask(replica.id, { device: intel });
  expect(same).toMatchObject({ kind: "idle", reason: expect.stringContaining("waits for others") as string });
  const reply = await ask(replica.id, { device: amd, volunteer: await somebody() });
  if (reply.kind === "idle") throw new Error(reply.reason);
  expect(reply.lease).toMatchObject({ experiment: { id: replica.id }, shard: { fromStep: 0 }, spec: { seed } });
  // Preferring its shard is no way in for the vendor that trained it first.
  const preferring = await ask(undefined, { device: intel, prefer: reply.lease.shard.id });
  expect(preferring.kind === "lease" && preferring.lease.experiment.id).not.toBe(replica.id);
  // With one vendor nothing waits: the study's own experiments have work for it.
  expect((await ask(undefined, { device: intel })).kind).toBe("lease");
});

test("its numbers are compared with the first ones and stand in no verdict, nor in the study's snapshot", async () => {
  const before = Verdicts.parse(await (await api("GET", "/api/verdicts")).json());
  await hear(
    T0 + 30_000,
    replica,
    trained([seed!], ["amd"], (one) => one / 10 + 0.01, "bob"),
  );
  const after = Verdicts.parse(await (await api("GET", "/api/verdicts")).json());
  expect(after.families).toEqual(before.families);
  expect(after.shards).toBe(before.shards);
  expect(after.replication).toMatchObject({ replicated: 1, agree: 1, differ: 0 });
  const [run] = after.replication!.pairs.find(({ state }) => state === "replicated")!.runs;
  expect(run).toMatchObject({ vendors: ["intel"], again: ["amd"], agrees: true });
  expect(run!.final!.difference).toBeCloseTo(0.01);

  expect((await ask(replica.id, { device: amd })).kind).toBe("idle");
  const { experiments } = StudySnapshot.parse(await (await api("GET", "/api/snapshot")).json());
  expect(experiments.map(({ experiment }) => experiment.id)).toEqual(own.map(({ id }) => id));
  const published = ExperimentSnapshot.parse(await (await api("GET", `/api/snapshot/${replica.id}`)).json());
  expect(published.experiment).toMatchObject({ parent: deepLinear.id, plan: { seeds: replica.plan.seeds } });

  const exported: string[] = [];
  for await (const text of bundleLines(env, new Date(T0).toISOString())) {
    const line = JSON.parse(text) as { line: string; header?: { id: string } };
    if (line.line === "experiment") exported.push(line.header!.id);
  }
  expect(exported).toEqual([...own.map(({ id }) => id), replica.id]);

  await hear(
    T0 + 60_000,
    replica,
    trained([seed!], ["amd"], (one) => one / 10 + 50, "bob"),
  );
  expect(await replication()).toMatchObject({ replicated: 1, agree: 0, differ: 1 });
  await problemOf(api("GET", `/api/snapshot/${own.find((header) => !replicaHeader(header))!.id}-replica`), 404);
});
