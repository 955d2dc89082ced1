import type { MemoryNeed } from "../../shared/nn/memory-need.ts";
import type { Plan, Variant } from "../../shared/protocol/experiment.ts";
import type { DeviceMemory, Provider } from "../../shared/protocol/lease.ts";
import { canTrain } from "./float64.ts";
import type { IdleReason } from "./idle.ts";
import type { LeaseRecord } from "./lease-record.ts";
import { fits, tooLarge } from "./memory-fit.ts";
import { cutsOf } from "./shard-length.ts";
import { openShard, type Run, type Shard } from "./work-generator.ts";

/** A lease this old without a result no longer blocks its run: the shard may be leased once more, and the first result wins. */
export const STALLED_MS = 30 * 60_000;
/** Live leases of one volunteer in one experiment. */
export const LEASES_PER_VOLUNTEER = 8;

export type Choice =
  | { readonly kind: "shard"; readonly shard: Shard; readonly supersedes: string | null }
  | { readonly kind: "idle"; readonly why: IdleReason; readonly reason?: string };

/** Who asks for a shard. */
export interface Ask {
  readonly volunteer: string;
  readonly provider: Provider;
  /** What the device has, where it says so, and what the training of a variant needs. */
  readonly memory?: { readonly has: DeviceMemory; readonly need: (variant: Variant) => MemoryNeed } | undefined;
  readonly prefer?: string | undefined;
  /** The lease under which the kept checkpoint was made. */
  readonly replaces?: string | undefined;
  /** Steps per second of this device in the training of a variant, measurements included; null: not known yet. */
  readonly speed?: ((variant: Variant) => number | null) | undefined;
  /** Only one of these runs, best first; without it any, in the order of the plan. */
  readonly wanted?: readonly { readonly variant: string; readonly seed: number }[] | undefined;
}

/**
 * Which shard a volunteer gets.
 *
 * Runs that claims wait for come in their order, where somebody says which; else seeds are paired: all variants of seed 1 come before seed 2, so that every line of the figure gets its first run soon, and
 * a seed's runs grow side by side (the least trained first). What a volunteer prefers, because it kept a checkpoint of it, is given if
 * free, or if it still holds the very lease under which that was made (its page was reloaded); the old lease then ends. Another lease of the same volunteer stands: it may have
 * several devices. Order never depends on outcomes.
 * @param live leases that are live now
 */
export function chooseShard(
  experiment: string,
  plan: Plan,
  runs: readonly Run[],
  live: readonly LeaseRecord[],
  ask: Ask,
  now: number,
): Choice {
  const cuts = cutsOf(plan);
  const speeds = new Map(plan.variants.map((variant) => [variant.id, ask.speed?.(variant) ?? null]));
  const untrained = inOrder(plan, runs).flatMap(
    (run) => openShard(experiment, plan, run, cuts.endOf(run, speeds.get(run.variant) ?? null)) ?? [],
  );
  if (untrained.length === 0) return { kind: "idle", why: "finished" };
  if (!canTrain(ask.provider, plan)) return { kind: "idle", why: "needs-float64" };
  const { memory } = ask;
  const open = memory ? untrained.filter(({ variant }) => fits(memory.need(variant), memory.has)) : untrained;
  if (memory && open.length === 0) {
    const [least] = untrained.map(({ variant }) => memory.need(variant)).sort((a, b) => a.bytes - b.bytes);
    return { kind: "idle", why: "too-large", reason: tooLarge(least!, memory.has) };
  }
  const holders = new Map<string, LeaseRecord[]>();
  for (const lease of live) holders.set(lease.shard, [...(holders.get(lease.shard) ?? []), lease]);

  const preferred = open.find(({ id }) => id === ask.prefer);
  const own =
    preferred && holders.get(preferred.id)?.find(({ id, volunteer }) => id === ask.replaces && volunteer === ask.volunteer);
  if (preferred && own) return { kind: "shard", shard: { ...preferred, toStep: own.toStep }, supersedes: own.id };
  if (live.filter(({ volunteer }) => volunteer === ask.volunteer).length >= LEASES_PER_VOLUNTEER) {
    return { kind: "idle", why: "many-leases" };
  }
  const isFree = (shard: Shard) => !holders.has(shard.id);
  const isStalled = (shard: Shard) => {
    const [holder, ...others] = holders.get(shard.id) ?? [];
    return (
      holder !== undefined && others.length === 0 && holder.volunteer !== ask.volunteer && now - holder.leasedAt >= STALLED_MS
    );
  };
  const { wanted } = ask;
  const first = wanted?.flatMap((run) => open.find((shard) => shard.variant.id === run.variant && shard.seed === run.seed) ?? []);
  const shard =
    (preferred && isFree(preferred) ? preferred : undefined) ??
    (first ? first.find(isFree) : (open.find(isFree) ?? open.find(isStalled)));
  return shard ? { kind: "shard", shard, supersedes: null } : { kind: "idle", why: "all-leased" };
}

/** Runs by seed, then least trained first, then as the plan lists its variants. */
function inOrder(plan: Plan, runs: readonly Run[]): Run[] {
  const seedRank = new Map(plan.seeds.map((seed, i) => [seed, i]));
  const variantRank = new Map(plan.variants.map(({ id }, i) => [id, i]));
  const rank = (run: Run) => [seedRank.get(run.seed) ?? 0, run.step, variantRank.get(run.variant) ?? 0] as const;
  return [...runs].sort((a, b) => {
    const [first, second] = [rank(a), rank(b)];
    return first[0] - second[0] || first[1] - second[1] || first[2] - second[2];
  });
}
