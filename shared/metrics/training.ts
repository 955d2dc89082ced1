import type { Measured } from "./column.ts";
import type { Curve } from "./curve.ts";

/** Accuracy (a fraction) of the batch of each recorded step, before its update; no values where nothing is classified. */
export const trainAccuracy = ({ training }: Measured): Curve => ({ step: training.step, value: training.accuracy });

/** Accuracy (a fraction) on the whole test set, with running statistics. */
export const testAccuracy = ({ evaluation }: Measured): Curve => ({ step: evaluation.step, value: evaluation.accuracy });

/** Loss of the batch of each recorded step, without the weight decay's penalty: cross-entropy in nats, or squared error summed over the samples. */
export const trainLoss = ({ training }: Measured): Curve => ({ step: training.step, value: training.loss });
