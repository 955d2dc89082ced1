import { columnWords as wordsOf } from "../../../shared/protocol/column-words.ts";
import type { ProbeName } from "../../../shared/protocol/probes.ts";

/** A column of a run's measurements, or a family of them: `m` stands for a multiple of the learning rate, `k` for a layer. */
export interface ColumnWords {
  readonly column: string;
  readonly means: string;
}

const FAMILIES: Readonly<Record<ProbeName, readonly string[]>> = {
  landscape: ["loss", "penalty", "norm", "normSum", "loss@m", "difference@m", "differenceSum@m", "random.loss@m", "random.difference@m", "random.differenceSum@m"],
  shift: ["l2.k", "cosine.k", "norm.k", "normAfter.k"],
  activations: ["histogram.k", "mean.k", "variance.k", "meanNext.k", "varianceNext.k", "meanMove.k", "varianceMove.k", "wasserstein.k", "deviation.k"],
  theorem: ["meanShare.k", "dotShare.k", "dotPositive.k", "scale.k", "residual.k"],
};

/** Every column that `measurementColumns` can ask for, in its order. */
export const columnWords = (probe: ProbeName): readonly ColumnWords[] =>
  FAMILIES[probe].map((column) => ({ column, means: wordsOf(probe, column) }));

/** What a probe is, in a phrase. */
export const probeWords: Readonly<Record<ProbeName, string>> = {
  landscape: "The loss landscape around a step (section 3.2, Figures 4 and 9 to 13)",
  shift: "Internal covariate shift by the paper’s definition (Figure 3)",
  activations: "Distributions of activations (Figures 1, 2, 7, 8, 14)",
  theorem: "Theorem 4.1 during real training",
};
