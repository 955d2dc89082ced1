import { expect, test } from "vitest";
import { uniform } from "../../../shared/math/random.ts";
import { canonicalJson } from "../../../shared/math/json.ts";
import { sha256Hex } from "../../../shared/math/sha256.ts";
import type { Volunteers } from "../../../shared/protocol/session.ts";
import { kindSpread, type KindVotes, mergeKinds, tolerancesOf } from "../../../workers/calibration/kind-votes.ts";
import { capAtHome, CAPS } from "../../../workers/identity/caps.ts";
import { homeNumber } from "../../../workers/identity/home-number.ts";
import { LISTED, mergeVolunteers } from "../../../workers/identity/merge-volunteers.ts";

const id = (i: number) => sha256Hex(`volunteer ${i}`);
const HOMES = [1, 2, 3, 8];

/** Puts each into one of so many parts by a draw, and the parts and what is in them into an order by others. */
function spread<T>(all: readonly T[], parts: number, seed: number): T[][] {
  const draws = uniform(seed, "homes", 0, 2 * all.length);
  const shuffled = all.map((one, i) => [draws[i]!, one] as const).sort(([a], [b]) => a - b);
  return Array.from({ length: parts }, (_, part) =>
    shuffled.filter((_one, i) => Math.floor(draws[all.length + i]! * parts) === part).map(([, one]) => one),
  );
}

test("every volunteer has one home, and homes have about as many each", () => {
  const counts = new Map<number, number>();
  for (let i = 0; i < 4000; i++) counts.set(homeNumber(id(i), 8), (counts.get(homeNumber(id(i), 8)) ?? 0) + 1);
  expect([...counts.keys()].sort()).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  for (const count of counts.values()) expect(Math.abs(count - 500)).toBeLessThan(100);
  // Results from before there were keys have volunteers of any name.
  for (const old of ["Ada", "", "5f0c1c7e-2d0e-4a53-8e1b-0c3bb3a1a001"])
    expect(homeNumber(old, 8)).toBeOneOf([1, 2, 3, 4, 5, 6, 7, 8]);
});

test("a network's cap is shared among homes with room for chance, and a volunteer's is not", () => {
  const { volunteer, network } = CAPS.sessionsPerHour;
  expect([capAtHome("sessionsPerHour", "network", 1), capAtHome("sessionsPerHour", "volunteer", 8)]).toEqual([
    network,
    volunteer,
  ]);
  const cap = capAtHome("sessionsPerHour", "network", 8);
  expect(8 * cap).toBeLessThan(1.5 * network);
  // As many as the whole network may open, by their ids: hardly anybody is told to wait.
  const used = Array.from({ length: 9 }, () => 0);
  let refused = 0;
  for (let i = 0; i < network; i++) if (++used[homeNumber(id(i), 8)]! > cap) refused++;
  expect(refused).toBeLessThan(0.01 * network);
});

test("the list of volunteers is the same wherever they are kept and in whatever order homes answer", () => {
  const all = Array.from({ length: LISTED + 300 }, (_, i) => ({
    ...{ volunteer: id(i), alias: i % 3 === 0 ? `name ${i}` : null },
    ...{ shards: 1 + (i % 7), steps: 10 * (i % 11), audited: 10 * (i % 4) },
  }));
  const published = (some: typeof all): Volunteers => ({
    names: Object.fromEntries(some.flatMap(({ volunteer, alias }) => (alias === null ? [] : [[volunteer, alias]]))),
    // As a home's SQL orders and bounds them.
    list: some
      .toSorted((a, b) => b.audited - a.audited || b.steps - a.steps || (a.volunteer < b.volunteer ? -1 : 1))
      .slice(0, LISTED),
  });
  const whole = canonicalJson(published(all));
  for (const homes of HOMES)
    for (const seed of [1, 2, 3]) expect(canonicalJson(mergeVolunteers(spread(all, homes, seed).map(published)))).toBe(whole);
});

interface Calibrated {
  readonly kind: string;
  readonly network: string;
  readonly firstLoss: number;
}

/** What an object says that knows these calibrations. */
const votesOf = (some: readonly Calibrated[]): KindVotes[] =>
  [...Map.groupBy(some, ({ kind }) => kind)].map(([kind, of]) => ({
    ...{ kind, passed: of.length, rough: 0, contradicts: 0 },
    states: of.map(({ firstLoss }) => String(Math.round(1e7 * firstLoss))),
    votes: of.map(({ network, firstLoss }) => ({ network, spread: { firstLoss, distance: 2 * firstLoss } })),
  }));

test("tolerances and what is published of kinds are the same wherever calibrations are kept, also where networks are too many to tell of all", () => {
  const draws = uniform(5, "calibrations", 0, 600);
  // Networks of several volunteers, whose homes are others.
  const all = Array.from({ length: 600 }, (_, i): Calibrated => ({
    kind: `kind ${i % 3}`,
    network: sha256Hex(`network ${i % 90}`).slice(0, 16),
    firstLoss: 1e-6 * draws[i]!,
  }));
  for (const told of [10, 1000]) {
    const merged = (parts: Calibrated[][]) =>
      mergeKinds(
        parts.map(votesOf).map((part) => mergeKinds([part], told)),
        told,
      );
    const whole = merged([all]);
    expect(whole.map(({ kind }) => kind)).toEqual(["kind 0", "kind 1", "kind 2"]);
    expect(kindSpread(whole[0]!)).toMatchObject({ networks: Math.min(told, 30), passed: 200 });
    expect(Object.keys(tolerancesOf(whole))).toHaveLength(3);
    for (const homes of HOMES)
      for (const seed of [1, 2, 3]) {
        const spreadOut = merged(spread(all, homes, seed));
        expect(spreadOut.map(kindSpread)).toEqual(whole.map(kindSpread));
        expect(tolerancesOf(spreadOut)).toEqual(tolerancesOf(whole));
      }
  }
});
