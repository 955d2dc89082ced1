import { expect, test } from "vitest";
import { uniform } from "../../../shared/math/random.ts";
import { auditRate, isDrawn } from "../../../workers/audit/coin.ts";
import { chooseAudit } from "../../../workers/audit/choose-audit.ts";
import type { Audit } from "../../../workers/audit/audit.ts";
import { type Opinion, settle } from "../../../workers/audit/settle.ts";

/** Which of a shard's five intervals of 40 steps are drawn, one coin after the other. */
function shard(passed: number, coins: ArrayLike<number>, abandoned = 0): number[] {
  const drawn: number[] = [];
  for (let i = 0; i < 5; i++) {
    const place = { before: i * 40, steps: 40, shardSteps: 200 };
    if (isDrawn({ passed, abandoned }, place, drawn.length > 0, coins[i]!)) drawn.push(i);
  }
  return drawn;
}

test("the rate: all until two were passed, then 1/sqrt, and never less than a fifth", () => {
  expect([0, 1, 2, 4, 16, 25, 1000].map(auditRate)).toEqual([1, 1, 1 / Math.SQRT2, 0.5, 0.25, 0.2, 0.2]);
});

test("a newcomer has one interval of each shard audited, each equally often; later the share that the rate says", () => {
  const coins = uniform(1, "coins", 0, 5 * 4000);
  const counts = [0, 0, 0, 0, 0];
  for (let n = 0; n < 4000; n++) {
    const drawn = shard(0, coins.subarray(5 * n, 5 * n + 5));
    expect(drawn).toHaveLength(1);
    counts[drawn[0]!]!++;
  }
  // Four standard deviations of a binomial count.
  for (const count of counts) expect(Math.abs(count - 800)).toBeLessThan(4 * Math.sqrt(800 * 0.8));
  const later = Array.from({ length: 4000 }, (_, n) => shard(100, coins.subarray(5 * n, 5 * n + 5)).length);
  expect(Math.abs(later.reduce((sum, n) => sum + n, 0) - 800)).toBeLessThan(4 * Math.sqrt(800 * 0.8));
});

test("whoever twice left a drawn interval unanswered has every interval drawn", () => {
  expect(shard(100, [0.9, 0.9, 0.9, 0.9, 0.9], 2)).toEqual([0, 1, 2, 3, 4]);
});

const [yes, no, none] = [true, false, null].map((agrees) => (auditor: string, isOperator = false): Opinion => ({
  auditor,
  isOperator,
  agrees,
})) as [
  (auditor: string, isOperator?: boolean) => Opinion,
  (auditor: string, isOperator?: boolean) => Opinion,
  (auditor: string, isOperator?: boolean) => Opinion,
];

test.each<[string, Opinion[], ReturnType<typeof settle>]>([
  ["one volunteer's agreement passes", [yes("ada")], { verdict: "passed", wrong: [] }],
  ["nobody is blamed on one volunteer's word", [no("eve")], null],
  ["two volunteers who differ need a third", [no("eve"), yes("ada")], null],
  ["a liar is outvoted", [no("eve"), yes("ada"), yes("bob")], { verdict: "passed", wrong: ["eve"] }],
  ["two contradictions are a verdict", [no("ada"), no("bob")], { verdict: "contradicted", wrong: [] }],
  ["whoever vouched for it was wrong", [no("ada"), yes("eve"), no("bob")], { verdict: "contradicted", wrong: ["eve"] }],
  ["the operator's auditor decides", [yes("eve"), no("operator", true)], { verdict: "contradicted", wrong: ["eve"] }],
  [
    "nor does the operator's auditor, where it cannot say",
    [none("operator", true)],
    { verdict: "could not be verified", wrong: [] },
  ],
  [
    "what cannot be compared blames nobody",
    [none("a"), none("b"), none("c"), none("d")],
    { verdict: "could not be verified", wrong: [] },
  ],
])("%s", (_, opinions, settlement) => {
  expect(settle(opinions)).toEqual(settlement);
});

test("nobody audits itself, newcomers audit nobody, and what is disputed comes first", () => {
  const audit = (n: number, volunteer: string) => ({ n, volunteer }) as Audit;
  const open = [audit(1, "ada"), audit(2, "bob")];
  const disputed = [{ volunteer: "eve", isLive: false, outcome: { agrees: false } as never }];
  const choose = (volunteer: string, passed: number, isOperator = false) =>
    chooseAudit(open, (n) => (n === 2 ? disputed : []), { volunteer, passed, isOperator })?.n ?? null;
  expect([choose("ada", 2), choose("bob", 2), choose("cat", 1), choose("operator", 0, true), choose("eve", 5)]).toEqual([
    2,
    1,
    null,
    2,
    1,
  ]);
});
