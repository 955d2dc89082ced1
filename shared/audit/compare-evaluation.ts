import type { Series } from "../protocol/result.ts";
import type { Comparison } from "./compare.ts";
import type { Thresholds } from "./thresholds.ts";

/** Whether a pass over the test set, made again from the same state, gives the claimed loss and accuracy. One row each. */
export function compareEvaluation(claimed: Series, audited: Series, { testLoss, testAccuracy }: Thresholds): Comparison {
  const [loss, lossAgain] = [claimed.loss[0] ?? null, audited.loss[0] ?? null];
  const [accuracy, accuracyAgain] = [claimed.accuracy[0] ?? null, audited.accuracy[0] ?? null];
  const words = `Test loss ${loss} and accuracy ${accuracy}, tested again ${lossAgain} and ${accuracyAgain}.`;
  if (loss === null || lossAgain === null || accuracy === null || accuracyAgain === null)
    return { agrees: loss === lossAgain, words };
  const isNear = Math.abs(loss - lossAgain) <= testLoss * Math.max(Math.abs(loss), Math.abs(lossAgain));
  return { agrees: isNear && Math.abs(accuracy - accuracyAgain) <= testAccuracy, words };
}
