import type { Contributor, Trust } from "../../protocol/verdicts.ts";
import { type DecidedKind, decision, type Test } from "./decide.ts";
import type { Pair } from "./pairs.ts";
import type { RunReading } from "./readings.ts";

export type { Trust } from "../../protocol/verdicts.ts";

/** Before a decision stands as a verdict: so many volunteers, and none with more than this share of its pairs. */
export const LEAST_VOLUNTEERS = 4;
const MOST_SHARE = 0.25;

/** A counted pair with the names of who and what trained any part of it. */
export type Trained = Pair & Pick<RunReading, "volunteers" | "vendors" | "browsers">;

/** Who trained what a decision rests on, and what would be left of it without them. @param counted pairs in seed order */
export function trustIn(test: Test, counted: readonly Trained[]): Trust {
  const kind = decision(test, counted)?.kind ?? null;
  const [volunteers, vendors, browsers] = (["volunteers", "vendors", "browsers"] as const).map((who) =>
    contributors(test, counted, who),
  ) as [Contributor[], Contributor[], Contributor[]];
  const everyone = [...volunteers, ...vendors, ...browsers];
  return {
    ...{ volunteers, vendors, browsers },
    survives: kind === null ? null : everyone.every(({ without }) => without === kind),
    doubts: kind === null ? [] : [...fewHands(volunteers, counted.length), ...needed(everyone, kind)],
  };
}

/**
 * With how many pairs a decision came to stand as a verdict: the first look at or after it at which enough volunteers stood behind it and it survived without
 * any one of them, of their vendors and browsers. What comes later does not take it back. Null: not yet.
 */
export function standsAt(test: Test, counted: readonly Trained[]): number | null {
  const first = decision(test, counted);
  if (!first) return null;
  for (let n = first.n; n <= counted.length; n++) {
    const looked = counted.slice(0, n);
    // Counting hands is cheap, and mostly enough to say no.
    if (fewHands(countPairs(looked, "volunteers"), n).length === 0 && trustIn(test, looked).doubts.length === 0) return n;
  }
  return null;
}

/**
 * Pairs by new hands after which a decision can stand, at the least: the largest part of any volunteer becomes a quarter, and what is left without any one of them is
 * as many pairs as the decision took.
 */
export function pairsToStand({ volunteers, vendors, browsers }: Trust, n: number, decidedAt: number): number {
  const most = (some: readonly { readonly pairs: number }[]) => Math.max(0, ...some.map(({ pairs }) => pairs));
  return Math.max(
    1,
    LEAST_VOLUNTEERS - volunteers.length,
    Math.ceil(most(volunteers) / MOST_SHARE) - n,
    decidedAt + most([...volunteers, ...vendors, ...browsers]) - n,
  );
}

type Who = "volunteers" | "vendors" | "browsers";

function countPairs(counted: readonly Trained[], who: Who): { name: string; pairs: number }[] {
  const pairs = new Map<string, number>();
  for (const pair of counted) for (const name of new Set(pair[who])) pairs.set(name, (pairs.get(name) ?? 0) + 1);
  return [...pairs].map(([name, count]) => ({ name, pairs: count })).sort((a, b) => (a.name < b.name ? -1 : 1));
}

function contributors(test: Test, counted: readonly Trained[], who: Who): Contributor[] {
  return countPairs(counted, who).map(({ name, pairs }) => {
    const rest = counted.filter((pair) => !pair[who].includes(name));
    return { name, pairs, without: decision(test, rest)?.kind ?? null };
  });
}

function fewHands(volunteers: readonly { readonly name: string; readonly pairs: number }[], n: number): string[] {
  const found: string[] = [];
  if (volunteers.length < LEAST_VOLUNTEERS) {
    const number = `${volunteers.length} ${volunteers.length === 1 ? "volunteer" : "volunteers"}`;
    found.push(`${number} of the ${LEAST_VOLUNTEERS} that it takes`);
  }
  const most = volunteers.reduce((a, b) => (b.pairs > a.pairs ? b : a), volunteers[0] ?? { name: "", pairs: 0 });
  if (most.pairs > MOST_SHARE * n && volunteers.length > 1)
    found.push(`${called(most.name)} trained a part of ${most.pairs} of ${n} pairs, where a quarter is allowed`);
  return found;
}

/** An id is told by its first 8 digits. */
const called = (name: string): string => (/^[0-9a-f]{64}$/.test(name) ? name.slice(0, 8) : name);

function needed(everyone: readonly Contributor[], kind: DecidedKind): string[] {
  const [first, ...others] = everyone.filter(({ without }) => without !== kind);
  if (!first) return [];
  const more = others.length > 0 ? ` (or ${others.length} more)` : "";
  return [`without ${called(first.name)}${more} it is ${first.without ?? "undecided"}`];
}
