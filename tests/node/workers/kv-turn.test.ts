import { expect, test } from "vitest";
import { nextTurn, writesPerDay } from "../../../workers/coordinator/kv-turn.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** What Cloudflare's free plan writes in a day. */
const FREE_PLAN = 1_000;

/** Experiments that always have something to publish, at most every 10 s: times at which each wrote, over a day. */
function dayOf(experiments: number, perDay: number): number[][] {
  const writes: number[][] = Array.from({ length: experiments }, () => []);
  let free = 0;
  const waiting = writes.map((_, i) => ({ i, at: DAY_MS }));
  for (;;) {
    const next = waiting.sort((a, b) => a.at - b.at)[0]!;
    if (next.at >= 2 * DAY_MS) return writes;
    writes[next.i]!.push(next.at);
    const turn = nextTurn(free, perDay, 1, next.at + 10_000);
    free = turn.free;
    next.at = turn.at;
  }
}

test.each([1, 5, 30])("%i busy experiments together fit the free plan's writes, and each has its share", (experiments) => {
  const writes = dayOf(experiments, 800);
  const counts = writes.map(({ length }) => length);
  expect(counts.reduce((sum, n) => sum + n, 0)).toBeLessThan(FREE_PLAN - 100);
  expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(2);
  const [first] = writes;
  // After what was saved up is used, the interval follows the number of those that are busy.
  const late = first!.filter((at) => at > DAY_MS + 12 * HOUR_MS);
  const interval = (late.at(-1)! - late[0]!) / (late.length - 1);
  expect(interval / ((experiments * DAY_MS) / 800)).toBeCloseTo(1, 1);
});

test("after a quiet time some come at once; several that belong together wait for the last of theirs; without a limit nobody waits", () => {
  expect(nextTurn(0, 800, 1, DAY_MS).at).toBe(DAY_MS);
  const busy = nextTurn(2 * DAY_MS, 800, 2, DAY_MS);
  expect([busy.at, busy.free]).toEqual([2 * DAY_MS + 108_000, 2 * DAY_MS + 216_000]);
  expect(nextTurn(5, 0, 3, 7)).toEqual({ at: 7, free: 5 });
});

test("what is no number of writes is refused by name", () => {
  expect(writesPerDay("800")).toBe(800);
  expect(() => writesPerDay("many")).toThrow('KV_WRITES_PER_DAY: got "many", want a whole number');
});
