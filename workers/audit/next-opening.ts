import { OPENING_STEPS } from "../../shared/protocol/audit.ts";
import type { Plan } from "../../shared/protocol/experiment.ts";
import { openShard, type Run } from "../coordinator/work-generator.ts";
import type { Job } from "./audit.ts";

/** Runs whose next shard is looked at: those that come next, seed by seed. */
const AHEAD = 32;

/** The first steps of a shard that will be leased soon and whose losses nobody has computed yet; null: none. */
export function nextOpening(
  experiment: string,
  plan: Plan,
  runs: readonly Run[],
  isKnown: (shard: string, start: string | null) => boolean,
): Omit<Job, "device"> | null {
  const rank = new Map(plan.seeds.map((seed, i) => [seed, i]));
  const open = [...runs]
    .sort((a, b) => (rank.get(a.seed) ?? 0) - (rank.get(b.seed) ?? 0) || a.step - b.step)
    .flatMap((run) => openShard(experiment, plan, run) ?? [])
    .slice(0, AHEAD);
  const shard = open.find(({ id, startCheckpoint }) => !isKnown(id, startCheckpoint));
  if (!shard) return null;
  const { id, variant, seed, fromStep, startCheckpoint } = shard;
  const toStep = Math.min(fromStep + OPENING_STEPS, shard.toStep);
  return { kind: "opening", shard: id, variant: variant.id, seed, fromStep, toStep, start: startCheckpoint };
}
