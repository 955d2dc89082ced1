import { constant } from "../graph/ops/constant.ts";
import { exp } from "../graph/ops/exp.ts";
import { iota } from "../graph/ops/iota.ts";
import { isEqual } from "../graph/ops/is-equal.ts";
import { log } from "../graph/ops/log.ts";
import { multiply } from "../graph/ops/multiply.ts";
import { reduceMax } from "../graph/ops/reduce-max.ts";
import { reduceSum } from "../graph/ops/reduce-sum.ts";
import { reshape } from "../graph/ops/reshape.ts";
import { stopGradient } from "../graph/ops/stop-gradient.ts";
import { subtract } from "../graph/ops/subtract.ts";
import type { Value } from "../graph/value.ts";

/**
 * Sums over a batch of logits [n, classes] and labels [n] (int32; -1: a row that does not count): cross-entropy in nats, and how
 * many rows are right. The prediction is the first largest logit, so a network whose logits are all equal is right by chance only.
 */
export function classification(logits: Value, labels: Value): { lossSum: Value; correct: Value } {
  const [rows, classes] = logits.shape as [number, number];
  const { dtype } = logits;
  const oneHot = isEqual(reshape(labels, [rows, 1]), iota(classes, "int32"), dtype);
  const counts = reduceSum(oneHot, [1]); // 1, or 0 for rows that do not count

  const largest = stopGradient(reduceMax(logits, [1]));
  const shifted = subtract(logits, largest);
  const logSum = log(reduceSum(exp(shifted), [1]));
  const lossSum = total(subtract(multiply(counts, logSum), reduceSum(multiply(oneHot, shifted), [1])));

  // Rank classes from the first (highest) to the last: the first largest logit has the highest rank among the largest.
  const rank = subtract(constant(classes, dtype), iota(classes, dtype));
  const predicted = reduceMax(multiply(isEqual(logits, largest, dtype), rank), [1]);
  const wanted = reduceSum(multiply(oneHot, rank), [1]);
  const correct = total(multiply(isEqual(predicted, wanted, dtype), counts));
  return { lossSum, correct };
}

const total = (column: Value) => reshape(reduceSum(column, [0, 1]), []);
