import type { Measured } from "../../../shared/metrics/column.ts";

/** A run of two measured steps, small enough to compute every metric of it by hand. */
export const run: Measured = {
  training: { step: [0, 10], loss: [2.3, null], accuracy: [0.1, 0.5] },
  evaluation: { step: [10], loss: [2], accuracy: [0.4] },
  measurements: {
    landscape: {
      step: [0, 50],
      columns: {
        loss: [2, 1],
        penalty: [0.5, 0.25],
        norm: [2, 4],
        normSum: [3, 5],
        "loss@0.5": [1.5, 0.5],
        "loss@2": [6, null],
        "difference@0.5": [1, 0.5],
        "difference@2": [3, 8],
        "differenceSum@0.5": [2, 1],
        "differenceSum@2": [5, null],
        "random.loss@0.5": [2.5, 1.5],
        "random.difference@0.5": [0.5, 1],
        "random.differenceSum@0.5": [0.75, 1.5],
      },
    },
    shift: { step: [0, 50], columns: { "l2.5": [14, 3], "cosine.5": [0.1, null], "norm.5": [7, 0], "normAfter.5": [1, 2] } },
    activations: {
      step: [0, 50],
      columns: {
        "histogram.2": [
          [-1, 1, 3, 5],
          [-2, 2, 4, 4],
        ],
        "mean.2": [0.5, 0.25],
        "variance.2": [1, 4],
        "meanNext.2": [0.25, 0.5],
        "varianceNext.2": [3, null],
        "meanMove.2": [0.125, 0.5],
        "varianceMove.2": [0.25, 1],
        "wasserstein.2": [0.5, 1],
        "deviation.2": [1, 2],
      },
    },
  },
};

/** Before anything was trained. */
export const nothing: Measured = {
  training: { step: [], loss: [], accuracy: [] },
  evaluation: { step: [], loss: [], accuracy: [] },
  measurements: {},
};
