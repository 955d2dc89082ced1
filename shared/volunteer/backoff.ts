const FIRST_MS = 1_000;
const LONGEST_MS = 60_000;

/**
 * How long to wait before the next try: doubling from a second to a minute, of which the upper half is random, so that volunteers who
 * lost the same coordinator do not come back at once.
 * @param attempt tries that failed so far, from 0
 * @param random uniform in [0, 1)
 */
export function backoffMs(attempt: number, random: number): number {
  return Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(attempt, 20)) * (0.5 + random / 2);
}
