import { add } from "../../graph/ops/add.ts";
import { constant } from "../../graph/ops/constant.ts";
import { divide } from "../../graph/ops/divide.ts";
import { multiply } from "../../graph/ops/multiply.ts";
import { reduceSum } from "../../graph/ops/reduce-sum.ts";
import { reshape } from "../../graph/ops/reshape.ts";
import { sqrt } from "../../graph/ops/sqrt.ts";
import { subtract } from "../../graph/ops/subtract.ts";
import { elements, type Value, within } from "../../graph/value.ts";
import { withVjp } from "../../graph/with-vjp.ts";
import { affine } from "./affine.ts";
import { EPSILON, type Normalizer, unchanged } from "./normalization.ts";

/** Channels to a group of GroupNorm (Wu & He 2018 find 16 as good as 32 groups). */
const GROUP_CHANNELS = 16;

/** Each sample's channels are normalized in groups, over their channels and pixels; the batch plays no part. */
const grouped = (groupsOf: (channels: number) => number): Normalizer => ({
  ...unchanged,
  activations: (build, x) =>
    within("norm", () => {
      const [n, c] = x.shape as [number, number];
      const groups = groupsOf(c);
      const rows = reshape(x, [n * groups, elements(x.shape) / (n * groups)]);
      return affine(build, reshape(standardize(rows), x.shape));
    }),
});

/** Shifts and scales each row to mean 0 and (biased) variance 1. */
function standardize(x: Value): Value {
  const perElement = constant(1 / x.shape[1]!, x.dtype);
  const average = (y: Value) => multiply(reduceSum(y, [1]), perElement);
  const centred = subtract(x, average(x));
  const scale = divide(constant(1, x.dtype), sqrt(add(average(multiply(centred, centred)), constant(EPSILON, x.dtype))));
  const normalized = multiply(centred, scale);
  return withVjp(normalized, [x], (dy) => [
    multiply(subtract(subtract(dy, average(dy)), multiply(normalized, average(multiply(dy, normalized)))), scale),
  ]);
}

/** LayerNorm (Ba et al. 2016): one group. */
export const layer = grouped(() => 1);

/** InstanceNorm (Ulyanov et al. 2016): each channel a group. */
export const instance = grouped((channels) => channels);

/** GroupNorm (Wu & He 2018) with 16 channels to a group; fewer where the network is narrower. */
export const group = grouped((channels) => Math.max(1, Math.floor(channels / GROUP_CHANNELS)));
