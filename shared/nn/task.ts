import type { DType } from "../graph/model.ts";
import { constant } from "../graph/ops/constant.ts";
import { input } from "../graph/ops/input.ts";
import { multiply } from "../graph/ops/multiply.ts";
import { reduceSum } from "../graph/ops/reduce-sum.ts";
import { reshape } from "../graph/ops/reshape.ts";
import { subtract } from "../graph/ops/subtract.ts";
import type { Value } from "../graph/value.ts";
import { classification } from "./classification.ts";
import type { NetworkSpec } from "./networks/index.ts";

/** What a network is trained for: what a batch is, and what is measured on the network's output. */
export interface Task {
  readonly dtype: DType;
  /** The network's input. */
  readonly inputs: Value;
  /** Training: the scalar that is minimised, and what is reported with it. */
  train(output: Value): { loss: Value; metrics: Record<string, Value> };
  /** Testing: sums over the batch. */
  evaluate(output: Value): Record<string, Value>;
}

/** Classes of 32 x 32 images in float32, or (deep linear network) vectors to vectors in float64. */
export function taskOf(network: NetworkSpec, batchSize: number): Task {
  return network.family === "deep-linear" ? regression(batchSize, network.units) : imageClasses(batchSize);
}

/** `images` [n, 3, 32, 32], `labels` [n] int32 (-1: a row that does not count). The loss is the mean cross-entropy. */
function imageClasses(batchSize: number): Task {
  const labels = input("labels", "int32", [batchSize]);
  return {
    dtype: "float32",
    inputs: input("images", "float32", [batchSize, 3, 32, 32]),
    train(logits) {
      const { lossSum, correct } = classification(logits, labels);
      const perRow = constant(1 / batchSize, "float32");
      return { loss: multiply(lossSum, perRow), metrics: { accuracy: multiply(correct, perRow) } };
    },
    evaluate: (logits) => ({ ...classification(logits, labels) }),
  };
}

/** `inputs`, `targets` [n, units] float64. The loss is the sum of squared differences over all samples, as the paper's figures show. */
function regression(batchSize: number, units: number): Task {
  const targets = input("targets", "float64", [batchSize, units]);
  const squares = (outputs: Value) => {
    const difference = subtract(outputs, targets);
    return reshape(reduceSum(multiply(difference, difference), [0, 1]), []);
  };
  return {
    dtype: "float64",
    inputs: input("inputs", "float64", [batchSize, units]),
    train: (outputs) => ({ loss: squares(outputs), metrics: {} }),
    evaluate: (outputs) => ({ lossSum: squares(outputs) }),
  };
}
