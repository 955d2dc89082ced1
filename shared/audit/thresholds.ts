/** Where a difference stops being fine, and where it starts to accuse; between them it says nothing. */
export interface Zone {
  readonly fine: number;
  readonly wrong: number;
}

/** What two honest trainings of one interval may differ by. */
export interface Thresholds {
  /** Relative, the first loss: both sides compute it from one state, before any update, so that nothing has grown yet. */
  readonly firstLoss: number;
  /** Relative, the losses of the next `openingSteps - 1` steps. */
  readonly openingLoss: Zone;
  readonly openingSteps: number;
  /** 1 minus the cosine between the movements of the weights. */
  readonly angle: Zone;
  /** The longer movement as a multiple of the shorter one. */
  readonly ratio: Zone;
  /** Intervals of at most so many steps are judged by the relative l2 distance of the weights instead. */
  readonly sharpSteps: number;
  readonly sharpDistance: Zone;
  /** Relative, the mean of the losses recorded in the interval. */
  readonly meanLoss: Zone;
  /** In points of 1, the mean of its recorded accuracies. */
  readonly meanAccuracy: Zone;
  /** Relative, and in points of 1: a pass over the whole test set from one state. */
  readonly testLoss: number;
  readonly testAccuracy: number;
}

export const THRESHOLDS: Thresholds = {
  firstLoss: 1e-5,
  openingLoss: { fine: 1e-4, wrong: 1e-2 },
  openingSteps: 3,
  angle: { fine: 0.1, wrong: 0.5 },
  ratio: { fine: 1.1, wrong: 1.5 },
  sharpSteps: 5,
  sharpDistance: { fine: 1e-5, wrong: 1e-2 },
  meanLoss: { fine: 0.05, wrong: 0.3 },
  meanAccuracy: { fine: 0.05, wrong: 0.3 },
  testLoss: 1e-4,
  testAccuracy: 0.002,
};
