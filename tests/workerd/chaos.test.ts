import { reset, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env, exports } from "cloudflare:workers";
import { afterAll, expect, test } from "vitest";
import { initialState, stateLayout } from "../../shared/nn/training.ts";
import { decodeCheckpoint, encodeCheckpoint } from "../../shared/nn/checkpoint.ts";
import { normal } from "../../shared/math/random.ts";
import { ExperimentAudits } from "../../shared/protocol/audit.ts";
import type { Plan } from "../../shared/protocol/experiment.ts";
import { ExperimentResults } from "../../shared/protocol/result.ts";
import { ExperimentSnapshot } from "../../shared/protocol/snapshot.ts";
import type { TrainingSpec } from "../../shared/protocol/training-spec.ts";
import type { Fetch } from "../../shared/volunteer/http.ts";
import { audit } from "../../scripts/chaos/auditor.ts";
import { GOOD_LINE, lineOf } from "../../scripts/chaos/bad-line.ts";
import type { Character } from "../../scripts/chaos/character.ts";
import { Dice } from "../../scripts/chaos/dice.ts";
import { judge } from "../../scripts/chaos/judge.ts";
import type { Ended } from "../../scripts/chaos/look.ts";
import { Person } from "../../scripts/chaos/person.ts";
import { Record } from "../../scripts/chaos/record.ts";
import { sleep } from "../../scripts/chaos/sleep.ts";
import { type HonestTraining, type State, stateOf } from "../../scripts/chaos/training.ts";
import { api, openExperiment, somebody, stubOf } from "./api.ts";
import { device, resultOf, tinyDeepLinear, tinyHeader } from "./tiny.ts";

/** The chaos without processes: its volunteers and auditor, in workerd, against the real objects. `npm run chaos` trains for real, and kills the coordinator. */
const PLAN: Partial<Plan> = { shardSteps: 20, seeds: [1, 2, 3] };
const header = (id: string) => {
  const { probes: _none, ...spec } = tinyDeepLinear.spec;
  return tinyHeader(id, { ...tinyDeepLinear, ...PLAN, spec: { ...spec, steps: 40 } });
};

/** Every step moves the weights along a direction of its own: no real network's, but the same from the same state, whoever "trains". */
const training = (): HonestTraining => {
  const kept = new Map<string, State>();
  const keep = (state: State) => (kept.set(state.sha256, state), state);
  const encoded = (spec: TrainingSpec, step: number, parameters: Float64Array) =>
    keep(stateOf(step, encodeCheckpoint({ step, state: { ...initialState(spec), parameters } }, stateLayout(spec))));
  return {
    device,
    calibration: () => Promise.resolve(null),
    initial: (spec) => encoded(spec, 0, Float64Array.from(initialState(spec)["parameters"]!)),
    state: (sha256) => kept.get(sha256),
    keep,
    train: (lease, start, toStep) => {
      const { spec } = lease;
      const before = decodeCheckpoint(start.bytes, stateLayout(spec)).state["parameters"]!;
      const movement = normal(spec.seed, "movement", toStep, before.length);
      const end = encoded(
        spec,
        toStep,
        Float64Array.from(before, (value, i) => value + 0.01 * movement[i]!),
      );
      const { training: rows, opening } = resultOf({ ...lease, shard: { ...lease.shard, fromStep: start.step, toStep } });
      return Promise.resolve({ training: rows, measurements: {}, opening, end });
    },
  };
};

const fetched: Fetch = (url, { timeoutMs: _none, ...init }) => exports.default.fetch(new Request(url, init));
const LIAR: Character = { kind: "lies", lie: "flips", after: 0, share: 1, whole: true };
const BAD = { late: 0, twice: 0.05, lostBefore: 0.05, lostAfter: 0.02 };

/** Trains an experiment to its end with volunteers of these characters, and an auditor. */
async function lived(
  id: string,
  characters: readonly Character[],
  troubles: typeof BAD,
): Promise<{ ended: Ended; record: Record }> {
  await openExperiment(header(id), Date.now());
  // A request that is sent twice gets two leases, of which nobody knows one: its 90 seconds are 2 here.
  await runInDurableObject(stubOf(id), (instance) => {
    const began = Date.now();
    instance.clock = () => began + 45 * (Date.now() - began);
  });
  const record = new Record();
  const common = { origin: "https://test.example", experiment: id, trajectories: training(), record };
  const line = (n: number, dice: Dice, now = troubles) => lineOf(fetched, `10.1.${n}.7`, dice, () => now);
  const people = characters.map(async (character, n) => {
    const dice = new Dice(7, `${id} ${n}`);
    const own = { name: `volunteer ${n}`, character, speeds: [], dice, fetch: line(n, dice), mayVanish: false };
    await new Person({ ...common, ...own, keys: await somebody() }).live();
  });
  const dice = new Dice(7, `${id} auditor`);
  const auditing = audit(
    { ...common, name: "auditor", keys: await somebody(), dice, fetch: line(99, dice, GOOD_LINE) },
    "operator-token",
  );
  const ask = async (path: string): Promise<unknown> => (await api("GET", path)).json();
  const look = async (): Promise<Ended> => {
    const results = ExperimentResults.parse(await ask(`/api/experiments/${id}/results`));
    const { audits } = ExperimentAudits.parse(await ask(`/api/experiments/${id}/audits`));
    await runDurableObjectAlarm(stubOf(id));
    return { results, audits, snapshot: ExperimentSnapshot.parse(JSON.parse(await snapshotOf(id))) };
  };
  for (let ended = await look(); ; ended = await look()) {
    const runs = ended.snapshot.metrics.progress;
    if (runs.runsFinished === runs.runs && ended.audits.every(({ verdict }) => verdict !== null)) {
      record.isOver = true;
      await Promise.all([...people, auditing]);
      return { ended, record };
    }
    await sleep(200);
  }
}

const snapshotOf = async (id: string): Promise<string> => (await env.METRICS.get(`metrics:${id}`)) ?? "";

afterAll(() => reset());

test("liars are caught, replays refused, and every run ends with the undisturbed study's numbers", async () => {
  const honest: Character = { kind: "honest" };
  const truth = await lived("calm", [honest], GOOD_LINE);
  const chaos = await lived("chaos", [honest, LIAR, honest, { kind: "replays" }, honest, LIAR], BAD);
  const judgement = judge(truth.ended, chaos.ended, chaos.record);
  expect(judgement.broken).toEqual([]);
  expect(judgement).toMatchObject({ runs: 6, sameRuns: 6, standing: 0 });
  expect(judgement.drawn).toBe(judgement.lies); // Of a newcomer's first shards every one is audited.
  expect([...chaos.record.voided.values()]).toContain("liar");
  expect(chaos.record.counts.replaysRefused).toBe(chaos.record.counts.replays);
});
