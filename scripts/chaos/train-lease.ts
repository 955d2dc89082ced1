import { intervalEnd, measuredBetween, measuredHash, rowsBetween } from "../../shared/audit/interval.ts";
import { canonicalJson } from "../../shared/math/json.ts";
import { sha256Hex } from "../../shared/math/sha256.ts";
import { OPENING_STEPS } from "../../shared/protocol/audit.ts";
import type { Lease } from "../../shared/protocol/lease.ts";
import { concatenateMeasurements } from "../../shared/protocol/measurements.ts";
import type { Result } from "../../shared/protocol/result.ts";
import type { Coordinator } from "../../shared/volunteer/ports.ts";
import type { HonestTraining, State, Trained } from "./training.ts";

/** A shard as somebody trains it, interval by interval. */
export interface Training {
  readonly trajectories: HonestTraining;
  readonly coordinator: Pick<Coordinator, "commit" | "putCheckpoint" | "getCheckpoint">;
  /** Calls again while nobody answers. */
  readonly patiently: <T>(call: () => Promise<T>) => Promise<T>;
  /** The state at the end of an interval as it is claimed. @param i which of the shard's, from 0 */
  readonly claim: (i: number, start: State, trained: Trained) => State;
  /** Called before every interval; may wait, or throw. */
  readonly between: () => Promise<void>;
  /** Told of every interval that was bound, and whether it was drawn. */
  readonly bound: (i: number, fromStep: number, toStep: number, drawn: boolean) => void;
}

/** Trains a lease as the volunteers' protocol has it: every interval bound, what is wanted stored. @returns the result, whose end is stored too */
export async function trainLease(lease: Lease, training: Training): Promise<Result> {
  const { trajectories, coordinator, patiently, claim, between, bound } = training;
  const { commitEvery, shard } = lease;
  const start = await startOf(lease, training);
  const parts: Trained[] = [];
  const states = new Map([[start.sha256, start]]);
  let state = start;
  for (let i = 0; state.step < shard.toStep; i++) {
    await between();
    const from = state;
    const toStep = intervalEnd(from.step, shard.toStep, commitEvery ?? Infinity);
    const trained = await trajectories.train(lease, from, toStep);
    parts.push(trained);
    state = claim(i, from, trained);
    states.set(state.sha256, state);
    if (commitEvery === undefined) continue;
    const log = sha256Hex(canonicalJson(rowsBetween(trained.training, from.step, toStep)));
    const opening = trained.opening.slice(0, OPENING_STEPS);
    const measured = measuredHash(measuredBetween(trained.measurements, from.step, toStep));
    const commit = { ...measured, step: toStep, checkpoint: state.sha256, opening, log };
    const { wanted } = await patiently(() => coordinator.commit(lease.id, [commit]));
    bound(i, from.step, toStep, wanted.includes(state.sha256));
    for (const sha256 of wanted) {
      await patiently(() => coordinator.putCheckpoint(sha256, lease.id, states.get(sha256)!.bytes));
    }
  }
  await patiently(() => coordinator.putCheckpoint(state.sha256, lease.id, state.bytes));
  return resultOf(lease, parts, state.sha256);
}

function resultOf({ modelSha256, startCheckpoint, shard }: Lease, parts: readonly Trained[], endCheckpoint: string): Result {
  const series = parts.map(({ training }) => training);
  const training = {
    step: series.flatMap(({ step }) => step),
    loss: series.flatMap(({ loss }) => loss),
    accuracy: series.flatMap(({ accuracy }) => accuracy),
  };
  const steps = shard.toStep - shard.fromStep;
  return {
    ...{ modelSha256, startCheckpoint, endCheckpoint, divergedAt: null, training },
    evaluation: { step: [], loss: [], accuracy: [] },
    measurements: concatenateMeasurements(parts.map(({ measurements }) => measurements)),
    opening: parts.flatMap(({ opening }) => opening).slice(0, OPENING_STEPS),
    ...{ trainMs: steps, evaluateMs: 0 },
  };
}

async function startOf(
  { spec, startCheckpoint, shard }: Lease,
  { trajectories, coordinator, patiently }: Training,
): Promise<State> {
  if (startCheckpoint === null) return trajectories.initial(spec);
  const known = trajectories.state(startCheckpoint);
  if (known) return known;
  const bytes = new Uint8Array(await patiently(() => coordinator.getCheckpoint(startCheckpoint)));
  const sha256 = sha256Hex(bytes);
  if (sha256 !== startCheckpoint) throw new Error(`checkpoint ${startCheckpoint}: got bytes of ${sha256}`);
  return trajectories.keep({ step: shard.fromStep, bytes, sha256 });
}
