/** What a reader may choose; together they decide every number of a check. */
export interface TheoryInputs {
  /** m: samples that a unit is normalized over. */
  readonly batchSize: number;
  /** BatchNorm's scale and shift in the unmatched comparison; the identities spread theirs around them. */
  readonly gamma: number;
  readonly beta: number;
  /** Added to the variance; the paper's proofs have 0. */
  readonly epsilon: number;
  readonly seed: number;
  /** Random networks, of `UNITS` units each. Up to the default, whatever else a check draws is in proportion: fewer networks are a quick first look. */
  readonly networks: number;
}

export const DEFAULT_INPUTS: TheoryInputs = { batchSize: 64, gamma: 1, beta: 0, epsilon: 0, seed: 1, networks: 200 };

/** Least and greatest value of each input. */
export const INPUT_LIMITS: Readonly<Record<keyof TheoryInputs, { low: number; high: number; whole: boolean }>> = {
  // With fewer than 4 samples the projection that BatchNorm's gradient goes through leaves one direction, or none.
  batchSize: { low: 4, high: 512, whole: true },
  gamma: { low: 0.05, high: 20, whole: false },
  beta: { low: -10, high: 10, whole: false },
  epsilon: { low: 0, high: 10, whole: false },
  seed: { low: 0, high: 2 ** 32 - 1, whole: true },
  networks: { low: 1, high: 2000, whole: true },
};

/** @throws RangeError naming the input, with got/want */
export function checkedInputs(inputs: Partial<TheoryInputs> = {}): TheoryInputs {
  const all = { ...DEFAULT_INPUTS, ...inputs };
  for (const [name, { low, high, whole }] of Object.entries(INPUT_LIMITS)) {
    const value = all[name as keyof TheoryInputs];
    if (!(value >= low && value <= high) || (whole && !Number.isInteger(value)))
      throw new RangeError(`${name}: got ${value}, want ${whole ? "a whole number" : "a number"} from ${low} to ${high}`);
  }
  return all;
}

/** How many of `whole`, which go with the default number of networks, go with fewer; never more than `whole`. */
export const inProportion = (whole: number, { networks }: Pick<TheoryInputs, "networks">): number =>
  Math.min(whole, Math.ceil((whole * networks) / DEFAULT_INPUTS.networks));
