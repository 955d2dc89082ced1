import { describe, expect, test } from "vitest";
import { uniform } from "../../../shared/math/random.ts";
import {
  fewestPairs,
  logLikelihoodRatio,
  remainingPairs,
  sequentialTest,
  waldBound,
} from "../../../shared/math/sequential-test.ts";

const wins = (n: number) => Array.from({ length: n }, () => true);
const REPEATS = 4000;
const LONG = 400;

/** Tests of pairs won with probability p, one for each repetition. */
function simulate(p: number, alpha: number, repeats = REPEATS) {
  return Array.from({ length: repeats }, (_, i) =>
    sequentialTest(
      [...uniform(i, `pairs ${p}`, 0, LONG)].map((u) => u < p),
      alpha,
    ),
  );
}
const share = <T>(of: readonly T[], is: (one: T) => boolean) => of.filter(is).length / of.length;

test("a win weighs ln 1.8, a loss ln 0.2", () => {
  expect(logLikelihoodRatio(1, 1)).toBeCloseTo(0.5878, 4);
  expect(logLikelihoodRatio(0, 1)).toBeCloseTo(-1.6094, 4);
  expect(logLikelihoodRatio(8, 10)).toBeCloseTo(8 * Math.log(1.8) + 2 * Math.log(0.2), 12);
});

test("a clear claim needs 6 pairs at 5 %, 9 at an eighth of it, and never fewer than 6", () => {
  const decidedAt = (alpha: number) => sequentialTest(wins(40), alpha).decided?.n;
  expect([0.2, 0.05, 0.05 / 8, 0.05 / 32].map(decidedAt)).toEqual([6, 6, 9, 11]);
  expect(sequentialTest([false, false, false, false, false], 0.05).decided).toBeNull();
  expect(sequentialTest([false, false, false, false, false, false], 0.05).decided).toMatchObject({ decision: "h0", n: 6 });
});

test("the first crossing stands, whatever comes after it", () => {
  const { decided, llr } = sequentialTest([...wins(6), ...wins(20).map(() => false)], 0.05);
  expect(decided).toMatchObject({ decision: "h1", n: 6 });
  expect(llr).toBeLessThan(-waldBound(0.05));
});

test("an error that is no error rate is refused", () => {
  expect(() => waldBound(0.5)).toThrow("got an error of 0.5, want 0 < alpha < 1/2");
  expect(() => waldBound(0)).toThrow(RangeError);
});

describe("simulated", () => {
  test.each([0.05, 0.05 / 8])("at %f both errors are kept, though it looks after every pair", (alpha) => {
    // Three standard errors of a simulated share above the promise.
    const slack = 3 * Math.sqrt((alpha * (1 - alpha)) / REPEATS);
    const wrongH1 = share(simulate(0.5, alpha), ({ decided }) => decided?.decision === "h1");
    const wrongH0 = share(simulate(0.9, alpha), ({ decided }) => decided?.decision === "h0");
    expect(wrongH1).toBeGreaterThan(0);
    expect(wrongH1).toBeLessThan(alpha + slack);
    expect(wrongH0).toBeLessThan(alpha + slack);
  });

  test("the more wins or losses, the sooner it ends", () => {
    const typical = (p: number) => {
      const ends = simulate(p, 0.05 / 8, 500).map(({ decided }) => decided?.n ?? LONG);
      return ends.sort((a, b) => a - b)[250]!;
    };
    expect(typical(1)).toBe(9);
    expect(typical(0.95)).toBeGreaterThanOrEqual(9);
    expect(typical(0.95)).toBeLessThan(typical(0.85));
    expect(typical(0.5)).toBeLessThan(typical(0.7));
  });

  test("taking pairs as they arrive instead of as they were listed breaks it when fast runs are wins", () => {
    // 40 volunteers; a losing pair takes a fifth more time than a winning one, and any takes half to one and a half of that.
    const falseSupport = (inOrderOf: (pairs: { won: boolean; at: number }[]) => { won: boolean }[]) =>
      share(
        Array.from({ length: 1000 }, (_, i) => i),
        (i) => {
          const chances = [...uniform(i, "arrival", 0, 80)];
          const free = Array.from({ length: 40 }, () => 0);
          const pairs = chances.map((u) => {
            const won = u < 0.5;
            const volunteer = free.indexOf(Math.min(...free));
            free[volunteer] = free[volunteer]! + (won ? 10 : 12) * (0.5 + ((u * 97) % 1));
            return { won, at: free[volunteer] };
          });
          return (
            sequentialTest(
              inOrderOf(pairs).map(({ won }) => won),
              0.05,
            ).decided?.decision === "h1"
          );
        },
      );
    const listed = falseSupport((pairs) => pairs);
    const arrived = falseSupport((pairs) => [...pairs].sort((a, b) => a.at - b.at));
    expect(listed).toBeLessThan(0.05 + 3 * Math.sqrt((0.05 * 0.95) / 1000));
    expect(arrived).toBeGreaterThan(0.15);
  });

  test("the pairs that are expected to remain are those that come, where every win rate is as likely", () => {
    const alpha = 0.05 / 8;
    const rest = Array.from({ length: 3000 }, (_, i) => {
      const [rate, ...chances] = uniform(i, "rest", 0, 41);
      const outcomes = chances.map((u) => u < rate!);
      const early = sequentialTest(outcomes.slice(0, 4), alpha);
      const end = sequentialTest(outcomes, alpha).decided?.n ?? outcomes.length;
      return { predicted: remainingPairs(early, alpha, 36), actual: end - 4, wins: early.wins };
    });
    for (const wins of [0, 1, 2, 3, 4]) {
      const some = rest.filter((one) => one.wins === wins);
      const mean = (of: (one: (typeof some)[number]) => number) => some.reduce((sum, one) => sum + of(one), 0) / some.length;
      // Three standard errors of about 0.4 pairs.
      expect(Math.abs(mean(({ actual }) => actual) - mean(({ predicted }) => predicted))).toBeLessThan(1.2);
    }
  });

  test("whoever has won more of the same pairs, past the middle, is nearer to its verdict", () => {
    const after = (wins: number) =>
      remainingPairs(
        sequentialTest(
          Array.from({ length: 8 }, (_, i) => i < wins),
          0.05 / 32,
        ),
        0.05 / 32,
        40,
      );
    expect(after(8)).toBeLessThan(after(7));
    expect(after(7)).toBeLessThan(after(6));
  });
});

test("nothing remains when it is decided; six at least before the first pair", () => {
  const decided = sequentialTest(wins(6), 0.05);
  expect([remainingPairs(decided, 0.05, 40), fewestPairs(decided, 0.05)]).toEqual([0, 0]);
  const none = sequentialTest([], 0.05);
  expect(remainingPairs(none, 0.05, 40)).toBeGreaterThanOrEqual(6);
  expect(fewestPairs(none, 0.05)).toBe(6);
  expect(fewestPairs(sequentialTest(wins(5), 0.05 / 32), 0.05 / 32)).toBe(6);
  expect(fewestPairs(sequentialTest([false, false, false], 0.05 / 32), 0.05 / 32)).toBe(3);
});
