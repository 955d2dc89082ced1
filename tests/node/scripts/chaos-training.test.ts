import { expect, test } from "vitest";
import { experimentHeader } from "../../../shared/experiments/experiment.ts";
import { deepLinear } from "../../../shared/experiments/deep-linear.ts";
import { trainingSpec } from "../../../shared/experiments/experiment.ts";
import { workKey } from "../../../shared/protocol/work-key.ts";
import { lied } from "../../../scripts/chaos/character.ts";
import { Dice } from "../../../scripts/chaos/dice.ts";
import { speedsFor, studyRequest } from "../../../scripts/chaos/study.ts";
import { trainLease } from "../../../scripts/chaos/train-lease.ts";
import { Trajectories } from "../../../scripts/chaos/trajectories.ts";
import { leaseFor, newLease } from "../../../workers/coordinator/grant.ts";
import { rerunHeader } from "../../../workers/coordinator/rerun.ts";
import { chooseShard } from "../../../workers/coordinator/scheduler.ts";
import { checkResult } from "../../../workers/coordinator/validator.ts";
import { plannedRuns } from "../../../workers/coordinator/work-generator.ts";
import { largestCheckpointBytes, modelSha256 } from "../../../workers/programs.ts";

const trajectories = new Trajectories();
const outcome = rerunHeader(
  experimentHeader(deepLinear, "pilot"),
  studyRequest(experimentHeader(deepLinear, "pilot").id, 100),
  1,
  largestCheckpointBytes,
);
if (!outcome.ok) throw new Error(outcome.problem.detail);
const header = outcome.value;

/** A lease of the chaos's study as the scheduler gives it to somebody of this speed. */
function leased(steps: number) {
  const { plan, id } = header;
  const speeds = new Map(speedsFor(plan, steps).map(({ work, stepsPerSecond }) => [work, stepsPerSecond]));
  const speed = (variant: (typeof plan.variants)[number]) => speeds.get(workKey(trainingSpec(plan, variant, 0))) ?? null;
  const ask = { volunteer: "somebody", provider: "cpu" as const, speed };
  const choice = chooseShard(id, plan, plannedRuns(plan), [], ask, 0);
  if (choice.kind === "idle") throw new Error(choice.why);
  const { shard } = choice;
  const asked = { protocol: 3, device: trajectories.device, volunteer: "somebody", network: "a network" };
  const model = modelSha256(trainingSpec(plan, shard.variant, shard.seed), "cpu");
  return { shard, model, lease: leaseFor(newLease(id, shard, asked, crypto.randomUUID(), 0), header, shard, model, 100) };
}

/** Trains it where every interval is drawn; `lies`: about the first. */
async function train(steps: number, lies: boolean) {
  const { shard, model, lease } = leased(steps);
  const commits: string[] = [];
  const stored: string[] = [];
  const result = await trainLease(lease, {
    trajectories,
    coordinator: {
      commit: async (_lease, [commit]) => {
        commits.push(commit!.checkpoint);
        return Promise.resolve({ deadline: "", wanted: [commit!.checkpoint] });
      },
      putCheckpoint: (sha256) => Promise.resolve(void stored.push(sha256)),
      getCheckpoint: () => Promise.reject(new Error("want the initial state")),
    },
    patiently: (call) => call(),
    claim: (i, start, { end }) => (lies && i === 0 ? lied("skips", start, end, new Dice(1, "liar")) : end),
    between: () => Promise.resolve(),
    bound: () => undefined,
  });
  return { shard, result, commits, stored, faults: checkResult(result, shard, lease.spec, model) };
}

test("the study of the chaos can be asked for, and what its volunteers train is taken by the validator", async () => {
  const whole = await train(500, false);
  expect(whole.faults).toEqual([]);
  expect(whole.shard).toMatchObject({ fromStep: 0, toStep: 500 });
  expect(whole.commits).toHaveLength(5);
  expect(whole.stored).toContain(whole.result.endCheckpoint);
  const trained = trajectories.trained;
  const shorter = await train(150, false);
  expect(shorter.shard.toStep).toBe(150);
  expect(shorter.faults).toEqual([]);
  expect(shorter.result.training.loss).toEqual(whole.result.training.loss.slice(0, 3));
  expect(trajectories.trained - trained).toBe(1); // The first hundred steps were known.
});

test("a liar's result is taken too: only its states are wrong, and what follows from them", async () => {
  const [honest, liar] = [await train(500, false), await train(500, true)];
  expect(liar.faults).toEqual([]);
  expect(liar.commits[0]).not.toBe(honest.commits[0]);
  expect(liar.result.training.loss.slice(0, 2)).toEqual(honest.result.training.loss.slice(0, 2));
  expect(liar.result.training.loss[2]).not.toBe(honest.result.training.loss[2]);
});
