/**
 * The share of a volunteer's shards that are audited, as docs/trust.md promises it: the first two for certain, then max(1/5, 1/sqrt(passed)). Written down here again, so that what is
 * observed is held against the promise and not against the code.
 * @param passed audits that it has passed
 */
export const promisedRate = (passed: number): number => (passed < 2 ? 1 : Math.max(0.2, 1 / Math.sqrt(passed)));

/** Chance that an interval of a shard is the one that is drawn: each in proportion to its steps. */
export const chanceDrawn = (passed: number, steps: number, shardSteps: number): number =>
  (promisedRate(passed) * steps) / shardSteps;

/** How many of independent events happen: expected, and the interval that holds the count with this probability at the least. */
export interface Count {
  readonly expected: number;
  readonly low: number;
  readonly high: number;
}

/** The exact distribution of a sum of independent events of different chances (Poisson's binomial). @param chances of each @param confidence for example 0.999 */
export function countOf(chances: readonly number[], confidence: number): Count {
  let distribution = [1];
  for (const p of chances) {
    distribution = Array.from(
      { length: distribution.length + 1 },
      (_, k) => (distribution[k] ?? 0) * (1 - p) + (distribution[k - 1] ?? 0) * p,
    );
  }
  const tail = (1 - confidence) / 2;
  const quantile = (level: number) => {
    let below = 0;
    const at = distribution.findIndex((share) => (below += share) >= level);
    return at < 0 ? chances.length : at;
  };
  return { expected: chances.reduce((sum, p) => sum + p, 0), low: quantile(tail), high: quantile(1 - tail) };
}
