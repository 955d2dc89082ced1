import { divide } from "../../graph/ops/divide.ts";
import { multiply } from "../../graph/ops/multiply.ts";
import { reduceSum } from "../../graph/ops/reduce-sum.ts";
import { reshape } from "../../graph/ops/reshape.ts";
import { sqrt } from "../../graph/ops/sqrt.ts";
import { within } from "../../graph/value.ts";
import { type Normalizer, unchanged } from "./normalization.ts";

/** WeightNorm (Salimans & Kingma 2016): each unit's weights are gamma v / ||v||; length and direction are trained apart. */
export const weight: Normalizer = {
  ...unchanged,
  weights: (build, v, axis) =>
    within("norm", () => {
      const units = v.shape[axis]!;
      const others = v.shape.flatMap((_, i) => (i === axis ? [] : [i]));
      const gamma = reshape(
        build.parameters.get("gamma", [units]),
        v.shape.map((_, i) => (i === axis ? units : 1)),
      );
      return multiply(v, divide(gamma, sqrt(reduceSum(multiply(v, v), others))));
    }),
};
