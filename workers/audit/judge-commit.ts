import { intervalEnd } from "../../shared/audit/interval.ts";
import type { Thresholds } from "../../shared/audit/thresholds.ts";
import { canonicalJson } from "../../shared/math/json.ts";
import { type Commit, type Opening, OPENING_STEPS } from "../../shared/protocol/audit.ts";
import type { Shard } from "../coordinator/work-generator.ts";
import { type Outcome, done, refuse } from "../problem.ts";
import type { BoundInterval } from "./audit-sqlite.ts";
import { isDrawn, type TrackRecord } from "./coin.ts";

/** The part of a shard that a lease is for. */
type Range = Pick<Shard, "id" | "fromStep" | "toStep" | "startCheckpoint">;

/** Under what a commit is judged. */
export interface CommitCase {
  readonly shard: Range;
  readonly lease: { readonly id: string };
  /** Steps between boundaries. */
  readonly every: number;
  /** All that this volunteer has bound of this shard, under this lease or one before. */
  readonly bound: readonly BoundInterval[];
  readonly record: TrackRecord;
  readonly thresholds: Thresholds;
  /** The operator's losses of the shard's first steps, where they are known. */
  readonly opening: Opening | null;
  /** Uniform in [0, 1), made now. */
  readonly draw: number;
}

/**
 * The interval as it is to be kept, drawn or not, or why it does not fit. The same commit again is answered as before. Other bits for an interval that was
 * bound before (a device that fell back to another provider trains the shard anew) are taken; but then everything is drawn if anything was, so that
 * starting anew is no way around an audit.
 */
export function judgeCommit(
  commit: Commit,
  { shard, lease, every, bound, record, thresholds, opening, draw }: CommitCase,
): Outcome<BoundInterval> {
  const valid = bound.filter(({ start }) => start === shard.startCheckpoint);
  const before = valid.filter((one) => one.lease === lease.id && one.commit.step < commit.step);
  const fromStep = before.at(-1)?.commit.step ?? shard.fromStep;
  const fault = faultOf(commit, fromStep, shard, every);
  if (fault)
    return refuse(422, {
      title: "The commit does not fit its lease",
      detail: `${fault.path}: ${fault.message}`,
      errors: [fault],
    });
  const interval = { fromStep, start: shard.startCheckpoint, lease: lease.id, commit };
  const same = valid.find((one) => one.commit.step === commit.step);
  if (same && canonicalJson(same.commit) === canonicalJson(commit)) return done({ ...interval, because: same.because });
  const isSuspect = fromStep === shard.fromStep && opening !== null && !agree(commit.opening, opening, thresholds);
  if (isSuspect) return done({ ...interval, because: "suspect" });
  const isAnew = valid.some((one) => one.commit.step >= commit.step) && valid.some(({ because }) => because !== null);
  const place = { before: fromStep - shard.fromStep, steps: commit.step - fromStep, shardSteps: shard.toStep - shard.fromStep };
  const drawnBefore = before.some(({ because }) => because !== null);
  return done({ ...interval, because: isAnew || isDrawn(record, place, drawnBefore, draw) ? "drawn" : null });
}

/** What is bound of a shard once an interval is added: in step order, and only the newest of two that end at one step. */
export function withInterval(bound: readonly BoundInterval[], interval: BoundInterval): BoundInterval[] {
  const { step } = interval.commit;
  return [...bound.filter(({ commit }) => commit.step < step), interval, ...bound.filter(({ commit }) => commit.step > step)];
}

/** Checkpoints that the coordinator wants of a drawn interval; a shard's start is stored anyway, and the initial state follows from the seed. */
export function wantedOf({ commit, because }: BoundInterval, before: BoundInterval | undefined): string[] {
  if (because === null) return [];
  return [...(before ? [before.commit.checkpoint] : []), commit.checkpoint];
}

function faultOf({ step, opening }: Commit, fromStep: number, { toStep }: Range, every: number) {
  const end = intervalEnd(fromStep, toStep, every);
  if (step <= fromStep || step > end) {
    return { path: "step", message: `got ${step}, want ${end} (or a step after ${fromStep} where the volunteer leaves)` };
  }
  const length = Math.min(OPENING_STEPS, step - fromStep);
  if (opening.length !== length || opening.includes(null)) {
    return { path: "opening", message: `got ${JSON.stringify(opening)}, want the losses of ${length} steps` };
  }
  return null;
}

/** Whether a claimed opening fits the operator's, which was computed on another device. */
function agree(claimed: Opening, known: Opening, { firstLoss, openingLoss, openingSteps }: Thresholds): boolean {
  return known.slice(0, openingSteps).every((loss, i) => {
    const got = claimed[i] ?? null;
    const tolerance = i === 0 ? firstLoss : openingLoss.fine;
    return got !== null && loss !== null && Math.abs(got - loss) <= tolerance * Math.max(Math.abs(got), Math.abs(loss));
  });
}
