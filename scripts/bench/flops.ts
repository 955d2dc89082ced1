import { topological } from "../../shared/graph/topological.ts";
import { elements, type Value } from "../../shared/graph/value.ts";
import { trainStep } from "../../shared/nn/training.ts";
import type { Work } from "./contestant.ts";
import { programSpec } from "./networks.ts";

/** Multiplications and additions of the convolutions and matrix products of one unit of work: forward, and both backward directions. */
export function flops(work: Work): number {
  if (work.kind === "product") return 2 * work.size ** 3;
  return topological(Object.values(trainStep(programSpec(work)))).reduce((sum, value) => sum + flopsOf(value), 0);
}

function flopsOf({ op, shape, inputs, attributes }: Value): number {
  switch (op.name) {
    case "conv2d":
      return 2 * elements(shape) * elements(inputs[1]!.shape.slice(1));
    case "conv2d-input-gradient":
      return 2 * elements(inputs[0]!.shape) * elements(inputs[1]!.shape.slice(1));
    case "conv2d-weight-gradient":
      return 2 * elements(inputs[1]!.shape) * elements(shape.slice(1));
    case "matmul":
      return 2 * elements(shape) * inputs[0]!.shape[attributes["transposeA"] ? 0 : 1]!;
    default:
      return 0;
  }
}
