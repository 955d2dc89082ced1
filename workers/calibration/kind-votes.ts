import { median, toleranceOf, type Vote } from "../../shared/audit/calibration/tolerance.ts";
import type { KindSpread, Spread } from "../../shared/protocol/calibration.ts";

/** What calibrations of one kind of device say, as far as one object knows; several objects' are merged. */
export interface KindVotes {
  readonly kind: string;
  readonly passed: number;
  readonly rough: number;
  readonly contradicts: number;
  /** Different final states of those that passed. */
  readonly states: readonly string[];
  readonly votes: readonly Vote[];
}

/** Networks, and states, of a kind that one object tells another of at most. */
const TOLD = 1000;

/**
 * A kind's votes, bounded: those of the networks whose pseudonyms come first, which are hashes under the server's secret, so nobody chooses to be among them. Each object that
 * knows one of those networks tells of it, so what is merged is what one object that knew everything would tell.
 */
export function bounded({ states, votes, ...counts }: KindVotes, told = TOLD): KindVotes {
  const networks = new Set(first(new Set(votes.map(({ network }) => network)), told));
  return { ...counts, states: first(new Set(states), told), votes: votes.filter(({ network }) => networks.has(network)) };
}

/** What several objects know together, in whatever order they told it; in the order of the kinds. */
export function mergeKinds(parts: readonly (readonly KindVotes[])[], told = TOLD): KindVotes[] {
  const merged = new Map<string, KindVotes>();
  for (const part of parts.flat()) {
    const before = merged.get(part.kind) ?? { kind: part.kind, passed: 0, rough: 0, contradicts: 0, states: [], votes: [] };
    merged.set(part.kind, {
      kind: part.kind,
      passed: before.passed + part.passed,
      rough: before.rough + part.rough,
      contradicts: before.contradicts + part.contradicts,
      states: [...before.states, ...part.states],
      votes: [...before.votes, ...part.votes],
    });
  }
  return first(merged.keys()).map((kind) => bounded(merged.get(kind)!, told));
}

/** What anyone may read of a kind. */
export function kindSpread({ kind, passed, rough, contradicts, states, votes }: KindVotes): KindSpread {
  const middle = (name: keyof Spread) => median(votes.map(({ spread }) => spread[name]));
  return {
    kind,
    networks: new Set(votes.map(({ network }) => network)).size,
    ...{ passed, rough, contradicts, states: new Set(states).size },
    median: votes.length === 0 ? null : { firstLoss: middle("firstLoss"), distance: middle("distance") },
    tolerance: toleranceOf(votes),
  };
}

/** Tolerances of the kinds that have one of their own. */
export type Tolerances = Readonly<Record<string, Spread>>;

export const tolerancesOf = (kinds: readonly KindVotes[]): Tolerances =>
  Object.fromEntries(
    kinds.flatMap(({ kind, votes }) => {
      const tolerance = toleranceOf(votes);
      return tolerance ? [[kind, tolerance] as const] : [];
    }),
  );

/** By code units, as SQLite orders text. */
const first = (names: Iterable<string>, count = Infinity): string[] => [...names].sort().slice(0, count);
