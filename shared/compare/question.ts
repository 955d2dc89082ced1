import type { Normalization } from "../protocol/training-spec.ts";
import type { Measure } from "./measures.ts";
import type { Arm } from "./source.ts";

/**
 * The rule, written once: what counts as agreement.
 *
 * A level (one network's number) is compared only at the paper's size. It agrees when the paper's value lies in our interval over seeds, or our
 * median lies within `level` of it: a factor, or a difference.
 *
 * An order (one network's number against another's, seed by seed) is compared at every size. It agrees when our whole interval lies on the paper's
 * side of equality. Where the paper's own two are within `tie` of each other, they count as equal, and ours agree when their median is
 * within `level`.
 */
export interface Agreement {
  readonly by: "ratio" | "difference";
  readonly level: number;
  readonly tie: number;
}

/** Steps, losses, norms: positive numbers whose factors matter. */
export const FACTOR: Agreement = { by: "ratio", level: 1.5, tie: 1.1 };
/** Medians and peaks of bands, and losses of the deep linear network, which hang on the draw of A: a factor of 2. */
export const LOOSE_FACTOR: Agreement = { by: "ratio", level: 2, tie: 1.1 };
export const ACCURACY: Agreement = { by: "difference", level: 0.03, tie: 0.01 };
export const COSINE: Agreement = { by: "difference", level: 0.15, tie: 0.05 };

export type Unit = "steps" | "accuracy" | "number";

export type Arms = Question["arms"];

/** A quantity of a figure, measured in the same way on the paper's curves and on our runs. */
export interface Question {
  /** Figure and panel, NeurIPS numbering. */
  readonly figure: string;
  readonly quantity: string;
  readonly unit: Unit;
  readonly agreement: Agreement;
  /** What the figure can be read to: smaller numbers count as this one. */
  readonly floor?: number;
  /** The others are compared with the first. */
  readonly arms: readonly [Arm, ...Arm[]];
  readonly measure: Measure;
}

export const arms = (
  network: Arm["network"],
  learningRate: number,
  [first, ...others]: readonly [Normalization, ...Normalization[]] = ["none", "batch"],
): Arms => {
  const arm = (normalization: Normalization) => ({ network, normalization, learningRate });
  return [arm(first), ...others.map(arm)];
};

export const NORMS: readonly [Normalization, ...Normalization[]] = ["batch", "none", "l1", "l2", "linf"];
