import { expect, test } from "vitest";
import { batchnormTestsBetter as c4 } from "../../../shared/claims/batchnorm-tests-better.ts";
import { batchnormTrainsVggInFewerSteps as c1 } from "../../../shared/claims/batchnorm-trains-vgg-in-fewer-steps.ts";
import { claims } from "../../../shared/claims/index.ts";
import type { Claim } from "../../../shared/claims/judging/claim.ts";
import { type Need, needOf, type NeededRun, pairChooser } from "../../../shared/claims/judging/which-pair.ts";
import { judgedIn, pairsThat, snapshotOf, type Story, type Told } from "./synthetic.ts";

const pilot = { profile: "pilot", rerun: null } as const;
const needs = (story: (claim: Claim) => Story) =>
  claims.map((claim) => needOf(claim, judgedIn(claim, snapshotOf(claim, story(claim)), pilot)!));
const run = (experiment: string, seed: number, variant = "a"): NeededRun => ({ experiment, variant, seed });
const need = (claim: string, remaining: number, seeds: readonly number[], experiment = claim.toLowerCase()): Need => ({
  ...{ claim, weight: 1, remaining },
  open: seeds.map((seed) => ({ seed, runs: [run(experiment, seed)] })),
});
const one = () => 1;
const whichPair = (
  all: readonly Need[],
  ticket: number,
  cost: (run: NeededRun) => number,
  isFree?: (run: NeededRun) => boolean,
) => pairChooser(all, cost)(ticket, isFree);

test("a claim near its verdict comes before one that is far from it, and a cheap pair before a dear one", () => {
  const both = [need("Far", 20, [1]), need("Near", 2, [1])];
  expect(whichPair(both, 0, one)?.claims).toEqual(["Near"]);
  expect(whichPair(both, 0, ({ experiment }) => (experiment === "near" ? 100 : 1))?.claims).toEqual(["Far"]);
  expect(whichPair([{ ...both[0]!, weight: 50 }, both[1]!], 0, one)?.claims).toEqual(["Far"]);
});

test("a pair that several claims share counts for each", () => {
  const shared = [need("A", 12, [3], "same"), need("B", 12, [3], "same"), need("C", 8, [3], "other")];
  expect(whichPair(shared, 0, one)).toMatchObject({ claims: ["A", "B"], seed: 3, why: "evidence" });
});

test("a pair that is begun is finished before the same half of the next seed is begun", () => {
  const pair = (seed: number) => ({ seed, runs: [run("same", seed, "batch"), run("same", seed, "none")] });
  const half = (seed: number) => ({ seed, runs: [run("same", seed, "batch")] });
  const all: Need[] = [
    ...["A", "B", "C"].map((claim) => ({ claim, weight: 1, remaining: 10, open: [pair(1), pair(2)] })),
    { claim: "Level", weight: 1, remaining: 10, open: [half(1), half(2)] },
  ];
  const first = whichPair(all, 0, one)!;
  expect(first.runs).toEqual([run("same", 1, "batch")]);
  const second = whichPair(all, 1, one, ({ seed, variant }) => !(seed === 1 && variant === "batch"))!;
  expect(second.runs).toEqual([run("same", 1, "none")]);
});

test("the first seed with free work is the one, and when all is leased there is none", () => {
  const some = [need("A", 3, [4, 5, 6])];
  expect(whichPair(some, 0, one)?.seed).toBe(4);
  expect(whichPair(some, 0, one, ({ seed }) => seed > 5)?.seed).toBe(6);
  expect(whichPair(some, 0, one, () => false)).toBeNull();
});

test("nothing starves: every undecided claim has its turn, though one is always worth most", () => {
  const all = Array.from({ length: 12 }, (_, i) => need(`Claim-${i}`, i === 0 ? 1 : 40, i % 3 === 1 ? [] : [1, 2]));
  const turns = Array.from({ length: 5 * all.length }, (_, ticket) => whichPair(all, ticket, one)!);
  const robin = turns.filter(({ why }) => why === "round-robin");
  expect(robin.length).toBe(all.length);
  expect(new Set(turns.flatMap(({ claims: [first] }) => first))).toEqual(
    new Set(all.filter(({ open }) => open.length > 0).map(({ claim }) => claim)),
  );
});

test("of the whole study with no results, every claim asks for its first seed", () => {
  const empty = needs(() => ({ pairs: [] }));
  expect(empty.every(({ open }) => open[0]?.seed === 1)).toBe(true);
  const chosen = whichPair(empty, 0, ({ experiment }) => (experiment.startsWith("deep") ? 1 : 10))!;
  expect(chosen.runs.every(({ experiment }) => experiment.startsWith("deep-linear"))).toBe(true);
  expect(chosen.claims.length).toBeGreaterThan(3);
});

test("what a few volunteers decided asks for pairs by others, if seeds are left for them", () => {
  const alone = () => "alone";
  const seeds = Array.from({ length: 40 }, (_, i) => i + 1);
  const need = (story: Story) => needOf(c1, judgedIn(c1, snapshotOf(c1, story), pilot)!);
  const pairs = pairsThat(c1, "supports", 11);
  expect(need({ pairs, volunteer: alone }).open).toEqual([]);
  expect(need({ pairs, seeds, volunteer: (i) => (i < 9 ? "alone" : `v${i}`) })).toMatchObject({ remaining: 25, weight: 2 });
});

test("of the whole study, VGG's controls are trained with the first BatchNorm run, not after those of all seeds", () => {
  const empty = needs(() => ({ pairs: [] }));
  const choose = pairChooser(empty, ({ experiment }) => (experiment.startsWith("deep") ? 1e6 : 1));
  const taken: NeededRun[] = [];
  const isFree = (one: NeededRun) => !taken.some((other) => JSON.stringify(other) === JSON.stringify(one));
  for (let i = 0; i < 4; i++) taken.push(...choose(i, isFree)!.runs);
  const [first] = taken;
  expect(first).toMatchObject({ variant: "batchnorm-lr0.1", seed: 1 });
  expect(taken).toContainEqual({ ...first!, variant: "standard-lr0.1" });
});

test("decided claims ask for nothing", () => {
  const decided = needs((claim) => ({ pairs: pairsThat(claim, "supports", 15) }));
  expect(decided.every(({ open }) => open.length === 0)).toBe(true);
  expect(whichPair(decided, 0, one)).toBeNull();
});

test("only the unfinished run of a pair is asked for", () => {
  const pairs: [Told, Told][] = [[100, "open"]];
  const [first] = needOf(c1, judgedIn(c1, snapshotOf(c1, { pairs }), pilot)!).open;
  expect(first?.runs).toMatchObject([{ variant: "standard-lr0.1", seed: 1 }]);
});

test("what runs ahead of the committed prefix came to changes nothing", () => {
  const story = (ahead: "supports" | "refutes") => (claim: Claim) => {
    const pairs = pairsThat(claim, "supports", 4);
    const later = pairsThat(claim, ahead, 12).slice(5);
    return { pairs: [...pairs, ["open", "open"] as [Told, Told], ...later] };
  };
  const choices = (ahead: "supports" | "refutes") => {
    const all = needs(story(ahead));
    return Array.from({ length: 40 }, (_, ticket) => whichPair(all, ticket, one));
  };
  expect(choices("supports")).toEqual(choices("refutes"));
  expect(judgedIn(c4, snapshotOf(c4, story("refutes")(c4)), pilot)).toMatchObject({ n: 4 });
});
