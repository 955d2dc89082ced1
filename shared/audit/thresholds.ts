/** What two honest trainings of one interval may differ by. */
export interface Thresholds {
  /** Relative, each of the first `openingSteps` losses. */
  readonly openingLoss: number;
  readonly openingSteps: number;
  /** Least cosine between the movements of the weights. */
  readonly cosine: number;
  /** The longer movement as a multiple of the shorter one. */
  readonly ratio: number;
  /** Intervals of at most so many steps are held to `sharpDistance` (relative l2 of the weights) instead. */
  readonly sharpSteps: number;
  readonly sharpDistance: number;
  /** Relative, the mean of the losses recorded in the interval. */
  readonly meanLoss: number;
  /** In points of 1, the mean of its recorded accuracies. */
  readonly meanAccuracy: number;
  /** Relative, of the whole test set at one state. */
  readonly testLoss: number;
  /** In points of 1. */
  readonly testAccuracy: number;
}

export const THRESHOLDS: Thresholds = {
  openingLoss: 1e-3,
  openingSteps: 3,
  cosine: 0.9,
  ratio: 1.1,
  sharpSteps: 5,
  sharpDistance: 1e-5,
  meanLoss: 0.1,
  meanAccuracy: 0.05,
  testLoss: 1e-3,
  testAccuracy: 0.002,
};
