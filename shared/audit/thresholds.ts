import type { NetworkSpec } from "../protocol/training-spec.ts";

/** Where a difference stops being fine, and where it starts to accuse; between them it says nothing. */
export interface Zone {
  readonly fine: number;
  readonly wrong: number;
}

/** What two honest trainings of one interval may differ by. */
export interface Thresholds {
  /** Whether they are about float64. */
  readonly isDouble: boolean;
  /** Relative, the first loss: both sides compute it from one state, before any update, so that nothing has grown yet. */
  readonly firstLoss: number;
  /** Relative, the losses of the next `openingSteps - 1` steps. */
  readonly openingLoss: Zone;
  readonly openingSteps: number;
  /** 1 minus the cosine between the movements of the weights. */
  readonly angle: Zone;
  /** The longer movement as a multiple of the shorter one. */
  readonly ratio: Zone;
  /** Over so few steps nothing but rounding parts honest weights, unless something falls the other way: nearer than `sharpDistance` (relative l2) is fine, and farther never is. */
  readonly sharpSteps: number;
  readonly sharpDistance: number;
  /** Relative l2, of running statistics and velocity where the weights are near. */
  readonly others: Zone;
  /** Relative, or in points: what was measured along the interval, where the weights are near. */
  readonly measured: Zone;
  /** Relative, the mean of the losses recorded in the interval. */
  readonly meanLoss: Zone;
  /** In points of 1, the mean of its recorded accuracies. */
  readonly meanAccuracy: Zone;
  /** Relative, and in points of 1: a pass over the whole test set from one state. */
  readonly testLoss: number;
  readonly testAccuracy: number;
}

/**
 * Networks in float32. Measured (docs/drift.md, "What an audit compares"): honest first losses differ by 1e-7 to 1e-6, weights after five steps by 2e-8 to
 * 2e-6, and by up to 1e-2 (L-infinity norm) where something fell the other way; that is the doubt between `fine` and `wrong`. A learning rate that is
 * 5 % off parts the weights by 1e-4 (no normalization) to 2e-2 (BatchNorm).
 */
export const FLOAT32: Thresholds = {
  isDouble: false,
  firstLoss: 1e-5,
  openingLoss: { fine: 1e-4, wrong: 5e-2 },
  openingSteps: 3,
  angle: { fine: 0.1, wrong: 0.5 },
  ratio: { fine: 1.1, wrong: 1.5 },
  sharpSteps: 5,
  sharpDistance: 1e-5,
  others: { fine: 1e-4, wrong: 1e-2 },
  measured: { fine: 1e-2, wrong: 0.2 },
  meanLoss: { fine: 0.05, wrong: 0.3 },
  meanAccuracy: { fine: 0.05, wrong: 0.3 },
  testLoss: 1e-4,
  testAccuracy: 0.002,
};

/** The deep linear network, in float64: over 500 steps honest angles are below 1e-15 and lengths within 1e-13; a skipped tenth makes 6e-4 and 2e-2. */
export const FLOAT64: Thresholds = {
  ...FLOAT32,
  isDouble: true,
  firstLoss: 1e-10,
  openingLoss: { fine: 1e-10, wrong: 1e-5 },
  angle: { fine: 1e-9, wrong: 1e-4 },
  ratio: { fine: 1 + 1e-9, wrong: 1.002 },
  sharpDistance: 1e-12,
  meanLoss: { fine: 1e-9, wrong: 2e-3 },
};

export const thresholdsFor = ({ family }: NetworkSpec): Thresholds => (family === "deep-linear" ? FLOAT64 : FLOAT32);
