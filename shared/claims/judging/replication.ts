import { isReplicated, replicaHeader } from "../../experiments/replica.ts";
import { standardDeviation, studentTQuantile } from "../../math/statistics.ts";
import type { Replication, ReplicaRun } from "../../protocol/replication.ts";
import type { Curve, Readings, RunReading } from "./readings.ts";

/** Probability that an honest replica of a pair is called different, at most. */
const ERROR = 0.05;

/** A run that a device of another vendor may train again. */
export interface Replicable {
  /** The replicas' experiment. */
  readonly experiment: string;
  readonly variant: string;
  readonly seed: number;
  /** Who trained it first, and on whose devices: they do not train it again. */
  readonly vendors: readonly string[];
  readonly volunteers: readonly string[];
}

/** A WebGPU that does not say whose it is may be anybody's. */
export const isKnownVendor = (vendor: string): boolean => vendor !== "unknown (webgpu)";

/**
 * Runs that were drawn, are over, and wait for a device of another vendor: seed by seed.
 * @param replicas what was read of the replicas' experiments, as far as there are any
 */
export function replicable(own: readonly Readings[], replicas: readonly Readings[]): Replicable[] {
  return own.flatMap(({ header, runs }) => {
    const again = replicaHeader(header);
    if (!again) return [];
    const done = runsOf(replicas.find((one) => one.header.id === again.id));
    return runs.flatMap(({ variant, seed, isOver, vendors, volunteers }): Replicable[] => {
      const isWaiting = isOver && isReplicated(header.id, seed) && !done.get(`${variant}/${seed}`)?.isOver;
      return isWaiting && vendors.every(isKnownVendor) ? [{ experiment: again.id, variant, seed, vendors, volunteers }] : [];
    });
  });
}

/** Every drawn pair of runs, and how its replica compares with it. */
export function replication(own: readonly Readings[], replicas: readonly Readings[]): Replication {
  const pairs = own.flatMap(({ header, runs }) => {
    const again = replicaHeader(header);
    if (!again) return [];
    const done = runsOf(replicas.find((one) => one.header.id === again.id));
    return again.plan.seeds.map((seed) => {
      const arms = runs.filter((run) => run.seed === seed);
      const compared = arms.map((run): ReplicaRun => {
        const kin = runs.filter(({ variant, isOver }) => variant === run.variant && isOver);
        return compare(run, done.get(`${run.variant}/${seed}`), kin, ERROR / arms.length);
      });
      const state: Replication["pairs"][number]["state"] = !arms.every(({ isOver }) => isOver)
        ? "first runs not finished"
        : !compared.every(({ again: one }) => one)
          ? "waits for another vendor"
          : "replicated";
      const said = compared.map(({ agrees }) => agrees);
      const agrees = state !== "replicated" ? null : said.includes(false) ? false : said.includes(null) ? null : true;
      return { experiment: header.id, replica: again.id, seed, state, agrees, runs: compared };
    });
  });
  const count = (test: (pair: (typeof pairs)[number]) => boolean) => pairs.filter(test).length;
  return {
    drawn: pairs.length,
    replicated: count(({ state }) => state === "replicated"),
    agree: count(({ agrees }) => agrees === true),
    differ: count(({ agrees }) => agrees === false),
    pairs,
  };
}

/** @param kin finished runs of the variant with other seeds, and the first one itself  @param error of this one comparison */
function compare(first: RunReading, again: RunReading | undefined, kin: readonly RunReading[], error: number): ReplicaRun {
  const { variant, vendors } = first;
  if (!first.isOver || !again?.isOver) return { variant, vendors, again: null, final: null, curve: null, agrees: null };
  const who = { variant, vendors, again: again.vendors };
  // The first run may have been voided and trained anew meanwhile, by those who trained the replica: that tells nothing of other vendors.
  if (vendors.some((vendor) => again.vendors.includes(vendor))) return { ...who, final: null, curve: null, agrees: null };
  // What a deployment before this one read has no curve.
  const [one, two] = [first.curve ?? null, again.curve ?? null];
  if (!one || !two) {
    // Diverged: one of them only is a difference, unless that falls out differently from seed to seed as well.
    const isMixed = kin.some(({ curve }) => !curve) && kin.some(({ curve }) => curve);
    return { ...who, final: null, curve: null, agrees: (one === null) === (two === null) || (isMixed ? null : false) };
  }
  const curves = kin.flatMap(({ curve }) => (curve ? [curve] : []));
  const final = { difference: Math.abs(last(one) - last(two)), betweenSeeds: spreadOfEnds(curves, error) };
  const curve = { difference: distance(one, two), betweenSeeds: largestDistance(curves) };
  const within = [final, curve].map(({ difference, betweenSeeds }) =>
    betweenSeeds === null ? null : difference <= betweenSeeds,
  );
  return { ...who, final, curve, agrees: within.includes(null) ? null : !within.includes(false) };
}

const runsOf = (replica: Readings | undefined): ReadonlyMap<string, RunReading> =>
  new Map(replica?.runs.map((run) => [`${run.variant}/${run.seed}`, run]));

const last = ({ value }: Curve): number => value.at(-1) ?? NaN;

/** Two seeds' ends are nearer than this but with the given probability: t s sqrt(2). Null: three seeds tell how far apart they come out, fewer do not. */
function spreadOfEnds(curves: readonly Curve[], error: number): number | null {
  if (curves.length < 3) return null;
  const deviation = standardDeviation(curves.map(last));
  return studentTQuantile(1 - error / 2, curves.length - 1) * deviation * Math.SQRT2;
}

/** Mean distance of two curves at the steps that both have. */
function distance(a: Curve, b: Curve): number {
  const at = new Map(b.step.map((step, i) => [step, b.value[i]!]));
  const distances = a.step.flatMap((step, i) => {
    const other = at.get(step);
    return other === undefined ? [] : [Math.abs(a.value[i]! - other)];
  });
  return distances.length === 0 ? NaN : distances.reduce((sum, d) => sum + d, 0) / distances.length;
}

function largestDistance(curves: readonly Curve[]): number | null {
  if (curves.length < 3) return null;
  return Math.max(...curves.flatMap((a, i) => curves.slice(i + 1).map((b) => distance(a, b))));
}
