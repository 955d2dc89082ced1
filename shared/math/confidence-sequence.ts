import { mean, type MeanInterval, standardDeviation } from "./statistics.ts";

/** Weight of the mixture: the interval is narrowest for effects of about a deviation or two seen in some dozen pairs. */
const G = 4;

/**
 * Mean with an interval that holds at every n at once with probability 1 - alpha, so that nobody who looks again and again is fooled: the anytime-valid
 * t interval of T. L. Lai ("On confidence sequences", Annals of Statistics 4, 1976) as Wang & Ramdas give it (arXiv 2310.03722), g = 4. With
 * kappa = ((1 + n g) / alpha^2)^(1/n), its half-width is s sqrt((n-1)/n (kappa - 1) / (1 - kappa / (1 + n g))); the ends are null (infinite) while
 * kappa >= 1 + n g. It takes differences to be normal: where some runs diverge its coverage is worse.
 * @param values in an order fixed before they were known
 */
export function confidenceSequence(values: readonly number[], alpha: number): MeanInterval {
  const n = values.length;
  const centre = mean(values);
  const half = n < 2 ? null : halfWidth(n, standardDeviation(values), alpha);
  return half === null
    ? { n, mean: centre, low: null, high: null }
    : { n, mean: centre, low: centre - half, high: centre + half };
}

/** Half the interval's width for n values of standard deviation s; null while it is infinite. */
export function halfWidth(n: number, deviation: number, alpha: number): number | null {
  const kappa = ((1 + n * G) / alpha ** 2) ** (1 / n);
  if (kappa >= 1 + n * G) return null;
  return deviation * Math.sqrt((((n - 1) / n) * (kappa - 1)) / (1 - kappa / (1 + n * G)));
}
