/** Median of a sample with a distribution-free interval of order statistics; the ends are null where one value cannot tell (n = 1). */
export interface MedianInterval {
  readonly n: number;
  readonly median: number;
  readonly low: number | null;
  readonly high: number | null;
}

/** NaN for no values; infinities are values like others. */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** Quantile p in [0, 1] by linear interpolation between order statistics (R's type 7); NaN for no values. */
export function quantile(values: readonly number[], p: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const at = p * (sorted.length - 1);
  const [below, above] = [sorted[Math.floor(at)] ?? NaN, sorted[Math.ceil(at)] ?? NaN];
  return below === above ? below : below + (above - below) * (at - Math.floor(at));
}

/**
 * Median and the narrowest interval [x(k), x(n+1-k)] of order statistics that holds the population's median with at least `confidence`, whatever the
 * distribution: P = 1 - 2 P(Binomial(n, 1/2) < k). Where no k reaches it, the range of the sample: n = 2, 3, 4 then hold it with 50, 75 and
 * 87.5 %, and n = 5 with 93.75 %, which is why 90 % is asked for.
 */
export function medianInterval(values: readonly number[], confidence = 0.9): MedianInterval {
  const n = values.length;
  if (n < 2) return { n, median: median(values), low: null, high: null };
  let k = 1;
  while (2 * (k + 1) <= n && medianCoverage(n, k + 1) >= confidence) k++;
  const sorted = [...values].sort((a, b) => a - b);
  return { n, median: median(values), low: sorted[k - 1]!, high: sorted[n - k]! };
}

/** Probability that [x(k), x(n+1-k)] of n independent values holds the median: 1 - 2 P(Binomial(n, 1/2) < k). */
export function medianCoverage(n: number, k = 1): number {
  let term = 0.5 ** n;
  let tail = 0;
  for (let i = 0; i < k; i++) {
    tail += term;
    term *= (n - i) / (i + 1);
  }
  return 1 - 2 * tail;
}
