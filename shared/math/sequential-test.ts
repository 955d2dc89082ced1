/**
 * Wald's sequential probability ratio test on wins (A. Wald, "Sequential tests of statistical hypotheses", Annals of Mathematical Statistics
 * 16, 1945): H0, a pair is won with probability 1/2 or less, against H1, with 9/10 or more. Looking after every pair is what it is made for.
 */

/** Probability of a win under H0 and under H1. */
const WIN_PROBABILITY = { h0: 0.5, h1: 0.9 } as const;
/** No decision before so many pairs, however clear they are. */
export const LEAST_PAIRS = 6;

const PER_WIN = Math.log(WIN_PROBABILITY.h1 / WIN_PROBABILITY.h0);
const PER_LOSS = Math.log((1 - WIN_PROBABILITY.h1) / (1 - WIN_PROBABILITY.h0));

/** Which hypothesis the test has accepted. */
export type Decision = "h1" | "h0";

/** Where a sequential test stands. */
export interface Sequence {
  readonly n: number;
  readonly wins: number;
  /** Natural logarithm of the likelihood ratio of H1 to H0 over all n pairs. */
  readonly llr: number;
  /** The first crossing of a bound, which no later pair takes back. */
  readonly decided: { readonly decision: Decision; readonly n: number; readonly llr: number } | null;
}

/** LLR of `wins` of `n` pairs: 0.588 for each win, -1.609 for each loss. */
export const logLikelihoodRatio = (wins: number, n: number): number => wins * PER_WIN + (n - wins) * PER_LOSS;

/**
 * Wald's bounds with equal errors: H1 is accepted at ln((1 - alpha) / alpha) and above, H0 at its negative and below.
 * @param alpha probability, at most, of accepting H1 under H0, and H0 under H1
 * @throws RangeError unless 0 < alpha < 1/2
 */
export function waldBound(alpha: number): number {
  if (!(alpha > 0 && alpha < 0.5)) throw new RangeError(`sequential test: got an error of ${alpha}, want 0 < alpha < 1/2`);
  return Math.log((1 - alpha) / alpha);
}

/** Takes the outcomes (true: a win) in the order given, which must have been fixed before they were known. */
export function sequentialTest(outcomes: readonly boolean[], alpha: number): Sequence {
  const bound = waldBound(alpha);
  let wins = 0;
  let decided: Sequence["decided"] = null;
  outcomes.forEach((won, i) => {
    if (won) wins++;
    const n = i + 1;
    const llr = logLikelihoodRatio(wins, n);
    if (decided === null && n >= LEAST_PAIRS && Math.abs(llr) >= bound) decided = { decision: llr > 0 ? "h1" : "h0", n, llr };
  });
  return { n: outcomes.length, wins, llr: logLikelihoodRatio(wins, outcomes.length), decided };
}

/**
 * How many more pairs a test may be expected to need, `most` at most: the mean over what the next pairs may be, each won with the probability
 * (wins + 1) / (n + 2) of those before it (Laplace's rule of succession, so that a few pairs do not promise too much). 0 when decided.
 *
 * Dividing the way to the bound by the drift at one such rate is shorter, but breaks down where it matters most: after two wins of two the rate is 3/4, where
 * the drift is almost nothing, and the most promising tests would seem the farthest.
 */
export function remainingPairs({ n, wins, decided }: Sequence, alpha: number, most: number): number {
  if (decided) return 0;
  const bound = waldBound(alpha);
  let expected = 0;
  /** Probability of being undecided with so many wins, after the pairs looked at so far. */
  let undecided = new Map([[wins, 1]]);
  for (let more = 0; more < most && undecided.size > 0; more++) {
    const next = new Map<number, number>();
    const total = n + more + 1;
    for (const [won, probability] of undecided) {
      expected += probability;
      const rate = (won + 1) / (total + 1);
      for (const [after, chance] of [[won + 1, rate] as const, [won, 1 - rate] as const]) {
        if (total >= LEAST_PAIRS && Math.abs(logLikelihoodRatio(after, total)) >= bound) continue;
        next.set(after, (next.get(after) ?? 0) + probability * chance);
      }
    }
    undecided = next;
  }
  return expected;
}

/** The fewest pairs that can still decide: all wins, or all losses; 0 when decided. */
export function fewestPairs({ n, llr, decided }: Sequence, alpha: number): number {
  if (decided) return 0;
  const bound = waldBound(alpha);
  return Math.max(1, LEAST_PAIRS - n, Math.ceil(Math.min((bound - llr) / PER_WIN, (bound + llr) / -PER_LOSS)));
}
