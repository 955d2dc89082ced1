import { intervalEnd, measuredBetween, rowsBetween } from "../../shared/audit/interval.ts";
import type { Device } from "../../shared/protocol/lease.ts";
import type { Result } from "../../shared/protocol/result.ts";
import type { Shard } from "../coordinator/work-generator.ts";
import type { Audit } from "./audit.ts";
import type { BoundInterval } from "./audit-sqlite.ts";

/** Share of the results that end with a pass over the test set whose end is tested again. */
const EVALUATED = 0.1;

/** An accepted result, and what was bound of it. */
export interface Accepted {
  readonly result: Result;
  readonly shard: Shard;
  readonly volunteer: string;
  readonly device: Device;
  readonly bound: readonly BoundInterval[];
  readonly every: number;
  /** Of the whole run. */
  readonly steps: number;
  /** Uniform in [0, 1), made now. */
  readonly draw: number;
}

/** What is to be audited of an accepted result: its drawn intervals, a divergence in any case, and now and then its last test. */
export function claimsOf(accepted: Accepted): Omit<Audit, "n" | "verdict" | "entry">[] {
  const { result, shard, volunteer, device, bound, every, steps, draw } = accepted;
  const whose = { shard: shard.id, variant: shard.variant.id, seed: shard.seed, volunteer };
  const startAt = (i: number) => (i === 0 ? shard.startCheckpoint : bound[i - 1]!.commit.checkpoint);
  const drawn = bound.flatMap(({ commit, fromStep, because }, i) => {
    if (because === null) return [];
    const rows = rowsBetween(result.training, fromStep, commit.step);
    const measured = measuredBetween(result.measurements, fromStep, commit.step);
    const claim = { device, end: commit.checkpoint, opening: commit.opening, rows, ...(measured && { measured }) };
    return [{ kind: "replay" as const, because, ...whose, fromStep, toStep: commit.step, start: startAt(i), claim }];
  });
  const { divergedAt, evaluation, endCheckpoint } = result;
  if (divergedAt !== null) {
    const fromStep = bound.at(-1)?.commit.step ?? shard.fromStep;
    // Rounding may put a divergence off by some steps: the auditor goes on for one more interval.
    const toStep = Math.min(steps, intervalEnd(divergedAt, steps, every) + every);
    const opening = fromStep === shard.fromStep ? result.opening : [];
    const claim = { device, end: null, opening, rows: rowsBetween(result.training, fromStep, divergedAt) };
    return [
      ...drawn,
      { kind: "divergence", because: "diverged", ...whose, fromStep, toStep, start: startAt(bound.length), claim },
    ];
  }
  const last = evaluation.step.length - 1;
  if (endCheckpoint === null || evaluation.step[last] !== shard.toStep || draw >= EVALUATED) return drawn;
  const rows = rowsBetween(evaluation, shard.toStep, shard.toStep + 1);
  const claim = { device, end: endCheckpoint, opening: [], rows };
  const at = { fromStep: shard.toStep, toStep: shard.toStep, start: endCheckpoint };
  return [...drawn, { kind: "evaluation", because: "drawn", ...whose, ...at, claim }];
}
