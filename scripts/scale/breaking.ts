import type { Stretch } from "./stretch.ts";

/** What a stretch says of one experiment's object without gateways: volunteers, its share of a thread, and its calls in a second. */
export interface Point {
  readonly volunteers: number;
  readonly busy: number;
  readonly calls: number;
}

export const pointOf = ({ volunteers, roots }: Pick<Stretch, "volunteers" | "roots">): Point => ({
  volunteers,
  ...roots.busiest,
});

/**
 * What a call costs an object: a part of its own, and a part for each volunteer there. Least squares over stretches.
 * @returns milliseconds
 */
export function callCost(points: readonly Point[]): { fixed: number; perLease: number } {
  const costs = points.map(({ volunteers, busy, calls }) => [volunteers, (1000 * busy) / calls] as const);
  const mean = (of: 0 | 1) => costs.reduce((sum, point) => sum + point[of], 0) / costs.length;
  const [x0, y0] = [mean(0), mean(1)];
  const perLease =
    costs.reduce((sum, [x, y]) => sum + (x - x0) * (y - y0), 0) / costs.reduce((sum, [x]) => sum + (x - x0) ** 2, 0);
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
