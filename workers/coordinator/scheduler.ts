import type { MemoryNeed } from "../../shared/nn/memory-need.ts";
import type { Plan, Variant } from "../../shared/protocol/experiment.ts";
import type { DeviceMemory, Provider } from "../../shared/protocol/lease.ts";
import { canTrain } from "./float64.ts";
import type { IdleReason } from "./idle.ts";
import type { LiveLease } from "./lease-record.ts";
import { fits, tooLarge } from "./memory-fit.ts";
import { cutsOf } from "./shard-length.ts";
import { shardId } from "./names.ts";
import { isFinished, openShard, type Run, type Shard } from "./work-generator.ts";

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
  live: readonly LiveLease[],
  ask: Ask,
  now: number,
): Choice {
  const untrained = inOrder(plan, runs);
  if (untrained.length === 0) return { kind: "idle", why: "finished" };
  if (!canTrain(ask.provider, plan)) return { kind: "idle", why: "needs-float64" };
  const variants = new Map(plan.variants.map((variant) => [variant.id, variant]));
  const { memory } = ask;
  const need = (run: Run) => memory!.need(variants.get(run.variant)!);
  const open = memory ? untrained.filter((run) => fits(need(run), memory.has)) : untrained;
  if (memory && open.length === 0) {
    const [least] = untrained.map(need).sort((a, b) => a.bytes - b.bytes);
    return { kind: "idle", why: "too-large", reason: tooLarge(least!, memory.has) };
  }
  const holders = new Map<string, LiveLease[]>();
  for (const lease of live) {
    const others = holders.get(lease.shard);
    if (others) others.push(lease);
    else holders.set(lease.shard, [lease]);
  }
  // Shards are made for the one that is chosen; the others are known by their names.
  const name = (run: Run) => nameOf(run, () => shardId(experiment, variants.get(run.variant)!, run.seed, run.shards));
  const holdersOf = (run: Run) => holders.get(name(run)) ?? [];
  const cuts = cutsOf(plan);
  const leased = (run: Run, supersedes: LiveLease | null = null): Choice => {
    const end = cuts.endOf(run, ask.speed?.(variants.get(run.variant)!) ?? null);
    const shard = openShard(experiment, plan, run, end)!;
    return {
      kind: "shard",
      shard: supersedes ? { ...shard, toStep: supersedes.toStep } : shard,
      supersedes: supersedes?.id ?? null,
    };
  };

  const preferred = ask.prefer === undefined ? undefined : open.find((run) => name(run) === ask.prefer);
  const own = preferred && holdersOf(preferred).find(({ id, volunteer }) => id === ask.replaces && volunteer === ask.volunteer);
  if (preferred && own) return leased(preferred, own);
  if (live.filter(({ volunteer }) => volunteer === ask.volunteer).length >= LEASES_PER_VOLUNTEER) {
    return { kind: "idle", why: "many-leases" };
  }
  const isFree = (run: Run) => holdersOf(run).length === 0;
  const isStalled = (run: Run) => {
    const [holder, ...others] = holdersOf(run);
    return (
      holder !== undefined && others.length === 0 && holder.volunteer !== ask.volunteer && now - holder.leasedAt >= STALLED_MS
    );
  };
  const { wanted } = ask;
  const first = wanted?.flatMap(({ variant, seed }) => open.find((run) => run.variant === variant && run.seed === seed) ?? []);
  const run =
    (preferred && isFree(preferred) ? preferred : undefined) ??
    (first ? first.find(isFree) : (open.find(isFree) ?? open.find(isStalled)));
  if (run) return leased(run);
  // Where something is too large for this device, others may find something.
  return { kind: "idle", why: open.length < untrained.length && untrained.some(isFree) ? "all-fitting-leased" : "all-leased" };
}

/** Every question compares the names of all runs' shards: each is made once, for as long as nothing happened to its run. */
function nameOf(run: Run, make: () => string): string {
  const known = names.get(run);
  if (known !== undefined) return known;
  const name = make();
  names.set(run, name);
  return name;
}
const names = new WeakMap<Run, string>();

/** Questions come more often than results: the order is kept for as long as nothing happened to the runs. */
const ordered = new WeakMap<readonly Run[], readonly Run[]>();

/** The runs that are not over by seed, then least trained first, then as the plan lists its variants. */
function inOrder(plan: Plan, runs: readonly Run[]): readonly Run[] {
  const known = ordered.get(runs);
  if (known) return known;
  const seedRank = new Map(plan.seeds.map((seed, i) => [seed, i]));
  const variantRank = new Map(plan.variants.map(({ id }, i) => [id, i]));
  // One number for all three, exact: seeds and variants are few, and a run has fewer than 2^34 steps.
  const rank = (run: Run) => (seedRank.get(run.seed) ?? 0) * 2 ** 40 + run.step * 64 + (variantRank.get(run.variant) ?? 0);
  const order = runs
    .filter((run) => !isFinished(plan, run))
    .map((run) => ({ run, rank: rank(run) }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ run }) => run);
  ordered.set(runs, order);
  return order;
}
