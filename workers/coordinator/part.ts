import type { Result } from "../../shared/protocol/result.ts";
import { type Fault, unless } from "./fault.ts";
import type { Cuts } from "./shard-length.ts";
import { type Run, type Shard, waitsFor } from "./work-generator.ts";

/**
 * The part of a leased shard that a result is for: all of it, or what was trained when the volunteer left. The next shard then begins where it ended.
 * @returns also what is wrong with where it ends; empty: nothing
 */
export function partOf(
  shard: Shard,
  run: Run,
  { toStep, divergedAt }: Pick<Result, "toStep" | "divergedAt">,
  cuts: Cuts,
): { readonly part: Shard; readonly faults: Fault[] } {
  if (toStep === undefined || toStep === shard.toStep) return { part: shard, faults: [] };
  const least = Math.min(shard.fromStep + cuts.least, shard.toStep);
  const wanted = `${least} to ${shard.toStep}: at least ${cuts.least} steps of the shard, and none beyond it`;
  const inside = toStep >= least && toStep < shard.toStep;
  const faults = [
    ...unless(divergedAt === null, "toStep", toStep, "none, because a run that diverged ends there"),
    ...unless(inside, "toStep", toStep, wanted),
    ...(inside
      ? unless(cuts.mayEnd(run, toStep), "toStep", toStep, "the whole shard, because this run is in many pieces already")
      : []),
  ];
  return { part: { ...shard, toStep }, faults };
}

/**
 * A run as it stands once a part counts that a vanished volunteer left behind, or null: it waits for that shard no longer, or starts it elsewhere.
 */
export function afterPart(
  run: Run,
  lease: { readonly index: number; readonly fromStep: number },
  part: { readonly start: string | null; readonly toStep: number; readonly end: string },
): Run | null {
  if (!waitsFor(run, lease) || run.checkpoint !== part.start) return null;
  return { ...run, shards: lease.index + 1, step: part.toStep, checkpoint: part.end };
}
