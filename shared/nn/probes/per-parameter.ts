import { concat } from "../../graph/ops/concat.ts";
import { expand } from "../../graph/ops/expand.ts";
import { multiply } from "../../graph/ops/multiply.ts";
import { reduceSum } from "../../graph/ops/reduce-sum.ts";
import { slice } from "../../graph/ops/slice.ts";
import { elements, type Value } from "../../graph/value.ts";
import { cut, type Parameter } from "../parameters.ts";

/** For each parameter, the dot product of its pieces of two flat vectors: [K]. */
export function dots(list: readonly Parameter[], a: Value, b: Value): Value {
  const product = multiply(a, b);
  return concat(cut(list, product).map((piece) => reduceSum(piece, [0])));
}

/** One number for each parameter [K], repeated over its elements [P]. */
export function spread(list: readonly Parameter[], numbers: Value): Value {
  return concat(list.map(({ shape }, k) => expand(slice(numbers, k, k + 1), [elements(shape)])));
}
