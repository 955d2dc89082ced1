import { threefry2x32, streamOf } from "../math/random.ts";
import { add } from "../graph/ops/add.ts";
import { constant } from "../graph/ops/constant.ts";
import { log } from "../graph/ops/log.ts";
import { multiply } from "../graph/ops/multiply.ts";
import { negate } from "../graph/ops/negate.ts";
import { randomUniform } from "../graph/ops/random-uniform.ts";
import { sqrt } from "../graph/ops/sqrt.ts";
import { stopGradient } from "../graph/ops/stop-gradient.ts";
import { subtract } from "../graph/ops/subtract.ts";
import type { Value } from "../graph/value.ts";

/** The paper's Algorithm 1: n_mu, n_sigma, r_mu, r_sigma. */
export const NOISE = { meanRange: 0.5, deviationMost: 1.25, meanSpread: 0.1, deviationSpread: 0.1 } as const;

/**
 * sin(pi w) / w for w in [-1/2, 1/2], as a polynomial of w^2: the best of degree 4, within 3.4e-9. Products and sums are the same on every
 * provider; WebGPU's own sine may be off by 5e-4.
 */
const HALF_TURN_SINE = [3.1415925800447293, -5.167706878926435, 2.5500313772805585, -0.5980451741203259, 0.0772201289468958];

/** cos(2 pi u) for u in [0, 1). */
export function cosineOfTurn(u: Value): Value {
  const number = (value: number) => constant(value, u.dtype);
  const w = subtract(u, number(0.5));
  const square = multiply(w, w);
  const sine = HALF_TURN_SINE.toReversed()
    .map(number)
    .reduce((sum, coefficient) => add(multiply(sum, square), coefficient));
  const half = multiply(w, sine);
  return subtract(multiply(multiply(half, half), number(2)), number(1)); // -cos(2 pi w) = 2 sin^2(pi w) - 1
}

/** Bytes of randomness that a step's noise grows from: fed as `noiseKey` [2] int32. */
export function noiseKey(seed: number, step: number): Int32Array {
  return Int32Array.from(threefry2x32(seed, streamOf("noise"), step, 0), (word) => word | 0);
}

/** Draws the noise of Algorithm 1 in the graph, from a key: each layer that asks gets numbers of its own. */
export class Noise {
  readonly #key: Value;
  #salt = 0;

  constructor(key: Value) {
    this.#key = key;
  }

  /**
   * a -> s a + m. For every unit j (channel): mu_j ~ U(-n_mu, n_mu), sigma_j ~ U(1, n_sigma); then for every element:
   * m ~ U(mu_j - r_mu, mu_j + r_mu), s ~ N(sigma_j, r_sigma). Constants to differentiation.
   */
  disturb(x: Value): Value {
    const { meanRange, deviationMost, meanSpread, deviationSpread } = NOISE;
    const units = x.shape.map((length, axis) => (axis === 1 ? length : 1));
    const mu = this.#uniform(x, units, -meanRange, meanRange);
    const sigma = this.#uniform(x, units, 1, deviationMost);
    const shift = add(mu, this.#uniform(x, x.shape, -meanSpread, meanSpread));
    const scale = add(sigma, multiply(this.#normal(x, x.shape), constant(deviationSpread, x.dtype)));
    return add(multiply(x, stopGradient(scale)), stopGradient(shift));
  }

  #uniform(like: Value, shape: readonly number[], low: number, high: number): Value {
    const u = this.#draw(like, shape);
    return add(multiply(u, constant(high - low, like.dtype)), constant(low, like.dtype));
  }

  /** Box and Muller's transform of two uniform numbers. */
  #normal(like: Value, shape: readonly number[]): Value {
    const one = constant(1, like.dtype);
    const radius = sqrt(multiply(negate(log(subtract(one, this.#draw(like, shape)))), constant(2, like.dtype)));
    return multiply(radius, cosineOfTurn(this.#draw(like, shape)));
  }

  #draw(like: Value, shape: readonly number[]): Value {
    return randomUniform(this.#key, shape, ++this.#salt, like.dtype === "float64" ? "float64" : "float32");
  }
}
