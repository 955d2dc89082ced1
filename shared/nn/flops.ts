import { topological } from "../graph/topological.ts";
import { elements, type Value } from "../graph/value.ts";
import type { ProgramSpec } from "./network.ts";
import { trainStep } from "./training.ts";

/** Multiplications and additions of the convolutions and matrix products of one training step: forward, and both backward directions. */
export const stepFlops = (spec: ProgramSpec): number =>
  topological(Object.values(trainStep(spec))).reduce((sum, value) => sum + flopsOf(value), 0);

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
