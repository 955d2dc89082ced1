import { trainingSpec } from "../shared/experiments/experiment.ts";
import type { ResultReply } from "../shared/protocol/result.ts";
import type { TrainingSpec } from "../shared/protocol/training-spec.ts";
import { type HandIn, judgeHandIn } from "./coordinator/hand-in.ts";
import type { LeaseRecord } from "./coordinator/lease-record.ts";
import { noSuchLease, notYours, voidedVolunteer } from "./coordinator/refusals.ts";
import { isFinished, type Run, type Shard, shardOf, trainedSteps } from "./coordinator/work-generator.ts";
import { done, type Outcome } from "./problem.ts";
import type { CoordinatorStore } from "./store-sqlite.ts";

/** A lease that is there, with its run as it stands. */
export interface Found {
  readonly lease: LeaseRecord;
  readonly run: Run;
  readonly shard: Shard;
  readonly spec: TrainingSpec;
}

/** A lease by its id, or null. */
export function findLease(store: CoordinatorStore, id: string): Found | null {
  if (!store.isOpen()) return null;
  const lease = store.leases.find(id);
  if (!lease) return null;
  const { id: experiment, plan } = store.header();
  const run = store.runs.find(lease.variant, lease.seed);
  const shard = shardOf(experiment, plan, run, lease);
  return { lease, run, shard, spec: trainingSpec(plan, shard.variant, shard.seed) };
}

/** A lease that this volunteer holds or held, or the refusal. */
export function ownLease(store: CoordinatorStore, id: string, volunteer: string): Outcome<Found> {
  const found = findLease(store, id);
  if (!found) return noSuchLease(id);
  return found.lease.volunteer === volunteer ? done(found) : notYours(id);
}

/**
 * Whether a lease may still resolve its shard, as things stand now.
 * @param hash of the result; null to ask before there is one
 * @throws Error for a lease that is not there
 */
export function judgeLease(store: CoordinatorStore, id: string, hash: string | null, now: number): HandIn {
  const found = findLease(store, id);
  if (!found) throw new Error(`${id}: want a lease that is there`);
  const voided = store.voided.reason(found.lease.volunteer);
  if (voided !== null) return { kind: "refused", problem: voidedVolunteer(voided).problem };
  const { lease, run } = found;
  const isTaken = () => store.leases.live(now).some((other) => other.shard === lease.shard && other.id !== id);
  return judgeHandIn(lease, run, isTaken, hash, now);
}

/** What a volunteer is told about what it handed in. */
export function receipt(
  store: CoordinatorStore,
  { variant, seed, volunteer }: Pick<LeaseRecord, "variant" | "seed" | "volunteer">,
  kind: ResultReply["kind"],
): ResultReply {
  const { plan } = store.header();
  const run = store.runs.find(variant, seed);
  return {
    kind,
    run: { trainedSteps: trainedSteps(run), steps: plan.spec.steps, finished: isFinished(plan, run) },
    contribution: store.results.contribution(volunteer),
  };
}
