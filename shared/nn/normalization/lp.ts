import { abs } from "../../graph/ops/abs.ts";
import { add } from "../../graph/ops/add.ts";
import { constant } from "../../graph/ops/constant.ts";
import { divide } from "../../graph/ops/divide.ts";
import { multiply } from "../../graph/ops/multiply.ts";
import { reduceMax } from "../../graph/ops/reduce-max.ts";
import { reduceSum } from "../../graph/ops/reduce-sum.ts";
import { sqrt } from "../../graph/ops/sqrt.ts";
import { subtract } from "../../graph/ops/subtract.ts";
import { type Value, within } from "../../graph/value.ts";
import { affine } from "./affine.ts";
import { channelAxes, channelShape, EPSILON, type Normalizer, share, unchanged } from "./normalization.ts";

/**
 * The paper's section 3.3: the mean is removed as in BatchNorm, and the scale is the average l_p norm of the raw values (before
 * the mean is removed), per channel over batch and pixels: z = gamma (y - mean(y)) / (s_p + eps) + beta. Neither moment is controlled.
 */
const lp = (norm: (y: Value, average: (y: Value) => Value, axes: readonly number[]) => Value): Normalizer => ({
  ...unchanged,
  activations: (build, y) =>
    within("norm", () => {
      const axes = channelAxes(y);
      const average = (values: Value) => multiply(reduceSum(values, axes), constant(share(y, channelShape(y)), y.dtype));
      const { first: mean, second: scale } = build.statistics.training
        ? { first: average(y), second: norm(y, average, axes) }
        : build.statistics.running(channelShape(y));
      if (build.statistics.training) build.statistics.record(mean, scale);
      return affine(build, divide(subtract(y, mean), add(scale, constant(EPSILON, y.dtype))));
    }),
});

/** s_1 = mean |y| */
export const l1 = lp((y, average) => average(abs(y)));

/** s_2 = sqrt(mean y^2) */
export const l2 = lp((y, average) => sqrt(average(multiply(y, y))));

/** s_inf = max |y| */
export const linf = lp((y, _average, axes) => reduceMax(abs(y), axes));
