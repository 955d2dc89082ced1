import type { Stretch } from "./stretch.ts";

/**
 * What a call costs an object: a part of its own, and a part for each lease that is live there, because it looks at them all. Least squares over stretches.
 * @returns milliseconds
 */
export function callCost(stretches: readonly Pick<Stretch, "volunteers" | "rootBusy" | "rootCalls">[]): {
  fixed: number;
  perLease: number;
} {
  const points = stretches.map(({ volunteers, rootBusy, rootCalls }) => [volunteers, (1000 * rootBusy) / rootCalls] as const);
  const mean = (of: 0 | 1) => points.reduce((sum, point) => sum + point[of], 0) / points.length;
  const [x0, y0] = [mean(0), mean(1)];
  const perLease =
    points.reduce((sum, [x, y]) => sum + (x - x0) * (y - y0), 0) / points.reduce((sum, [x]) => sum + (x - x0) ** 2, 0);
  return { fixed: y0 - perLease * x0, perLease };
}

/**
 * The crowd at which one thread is busy all the time: n volunteers make n x calls a second, and each costs fixed + n x perLease.
 * @param callsEach calls of one volunteer in a second  @param share of the thread that may be used
 */
export function breaksAt({ fixed, perLease }: { fixed: number; perLease: number }, callsEach: number, share = 1): number {
  const budget = (1000 * share) / callsEach;
  if (perLease <= 0) return Math.floor(budget / fixed);
  return Math.floor((-fixed + Math.sqrt(fixed * fixed + 4 * perLease * budget)) / (2 * perLease));
}
