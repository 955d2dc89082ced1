import type { ProbeName } from "../../../shared/protocol/probes.ts";

/** A column of a run's measurements, or a family of them: `m` stands for a multiple of the learning rate, `k` for a layer. */
export interface ColumnWords {
  readonly column: string;
  readonly means: string;
}

/** Every column that `measurementColumns` can ask for, in its order. */
export const columnWords: Readonly<Record<ProbeName, readonly ColumnWords[]>> = {
  landscape: [
    { column: "loss", means: "L(w): cross-entropy of the step’s batch before its update, in nats; squared error for the deep linear network" },
    { column: "penalty", means: "weight decay / 2 · |W|², which no loss here includes" },
    { column: "norm", means: "|g|, the gradient’s length over all parameters" },
    { column: "normSum", means: "the sum over variables of |g_v|" },
    { column: "loss@m", means: "L at w − m·lr·g: along the gradient, at m times the learning rate" },
    { column: "difference@m", means: "|g′ − g|, with g′ the gradient there" },
    { column: "differenceSum@m", means: "the same, summed over variables" },
    { column: "random.loss@m", means: "L at w − m·lr·d, with d random and |d_v| = |g_v| in every variable" },
    { column: "random.difference@m", means: "|g′ − g| there" },
    { column: "random.differenceSum@m", means: "the same, summed over variables" },
  ],
  shift: [
    { column: "l2.k", means: "|G − G′| of layer k’s weights: Definition 2.1, before and after the preceding layers’ update" },
    { column: "cosine.k", means: "cosine of the angle between G and G′" },
    { column: "norm.k", means: "|G|" },
    { column: "normAfter.k", means: "|G′|" },
  ],
  activations: [
    { column: "histogram.k", means: "layer k’s first channel before the non-linearity: low end, high end, then the counts" },
    { column: "mean.k", means: "its mean over the batch" },
    { column: "variance.k", means: "its variance over the batch" },
    { column: "meanNext.k", means: "its mean at the next step, on the next batch" },
    { column: "varianceNext.k", means: "its variance at the next step, on the next batch" },
    { column: "meanMove.k", means: "by how much |mean| moved, averaged over all channels" },
    { column: "varianceMove.k", means: "by how much the variance moved, averaged over all channels" },
    { column: "wasserstein.k", means: "Wasserstein-1 distance of the first channel’s values between before and after the update, same batch" },
    { column: "deviation.k", means: "their standard deviation before" },
  ],
  theorem: [
    { column: "meanShare.k", means: "BatchNorm layer k: the first term that Theorem 4.1 subtracts, as a share of what it is subtracted from" },
    { column: "dotShare.k", means: "the second subtracted term, as such a share" },
    { column: "dotPositive.k", means: "share of units with g · ŷ > 0" },
    { column: "scale.k", means: "mean of γ / σ" },
    { column: "residual.k", means: "how far the two sides of the identity are apart, as a share of the first term: rounding" },
  ],
};

/** What a probe is, in a phrase. */
export const probeWords: Readonly<Record<ProbeName, string>> = {
  landscape: "The loss landscape around a step (section 3.2, Figures 4 and 9 to 13)",
  shift: "Internal covariate shift by the paper’s definition (Figure 3)",
  activations: "Distributions of activations (Figures 1, 2, 7, 8, 14)",
  theorem: "Theorem 4.1 during real training",
};

/** A column’s family: "loss@0.25" is "loss@m", "l2.10" is "l2.k". */
export const columnFamily = (column: string): string => column.replace(/@[\d.e+-]+$/, "@m").replace(/\.\d+$/, ".k");
