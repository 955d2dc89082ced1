import { normal } from "../math/random.ts";
import { batchNorm } from "./batch-norm.ts";
import { still } from "./dual.ts";
import { INPUTS } from "./network.ts";
import { combination, dot, product, scaled, squaredNorm, total, transposedProduct, type Vector } from "./vectors.ts";

/** Linear regression by one unit: the one-layer network of Lemma 4.5. Inputs and targets have mean 0, so that no bias is needed. */
export interface Regression {
  readonly samples: number;
  /** samples x INPUTS */
  readonly x: Float64Array;
  readonly targets: Vector;
  /** Where training starts; on W*'s side, <W0, W*> > 0, as the lemma asks. */
  readonly start: Vector;
  /** W*, where training without BatchNorm ends. */
  readonly optimum: Vector;
}

/** BatchNorm's gamma and epsilon; beta is 0, the mean of X W*. */
export interface Scale {
  readonly gamma: number;
  readonly epsilon: number;
}

/** Both losses shrink their distance to the optimum by a fifth a step or more: by then nothing is left but rounding. */
const STEPS = 300;

/** The `index`-th regression of a seed, with at least 4 samples for each input. */
export function randomRegression(seed: number, index: number, batchSize: number): Regression {
  const samples = Math.max(4 * INPUTS, batchSize);
  const draw = (what: string, count: number) => normal(seed, `theory/regression/${what}`, index, count);
  const x = withoutColumnMeans(draw("x", samples * INPUTS));
  const noisy = combination([1, product(x, draw("truth", INPUTS))], [0.5, draw("noise", samples)]);
  const targets = noisy.map((t) => t - total(noisy) / samples);
  const drawn = draw("start", INPUTS);
  const optimum = descend(drawn, 0.5, (w) => plainGradient({ samples, x, targets }, w));
  return { samples, x, targets, optimum, start: dot(drawn, optimum) > 0 ? drawn : scaled(drawn, -1) };
}

/** The mean over samples of (X w - t)² / 2. */
export const plainLoss = ({ samples, x, targets }: Regression, w: Vector): number =>
  squaredNorm(combination([1, product(x, w)], [-1, targets])) / (2 * samples);

function plainGradient({ samples, x, targets }: Pick<Regression, "samples" | "x" | "targets">, w: Vector): Vector {
  return scaled(transposedProduct(x, combination([1, product(x, w)], [-1, targets])), 1 / samples);
}

/** gamma that lets BatchNorm be the identity at W*, so that the two losses meet there. */
export function matchingScale({ x, optimum, samples }: Regression, epsilon = 0): Scale {
  return { gamma: Math.sqrt(squaredNorm(product(x, optimum)) / samples + epsilon), epsilon };
}

/** The same loss with BatchNorm between X w and the targets. */
export function batchNormLoss({ samples, x, targets }: Regression, { gamma, epsilon }: Scale, w: Vector): number {
  const { z } = batchNorm(still(product(x, w)), { gamma, beta: 0, epsilon });
  return squaredNorm(combination([1, z.value], [-1, targets])) / (2 * samples);
}

/** Where gradient descent with BatchNorm ends, for epsilon = 0. */
export function batchNormOptimum(regression: Regression): Vector {
  const { samples, x, targets, start, optimum } = regression;
  const { gamma } = matchingScale(regression);
  // Gradients shrink as the weights grow, so the step that suits W* is scaled to where training starts.
  const rate = (0.5 * squaredNorm(start)) / squaredNorm(optimum);
  return descend(start, rate, (w) => {
    const { z, backward } = batchNorm(still(product(x, w)), { gamma, beta: 0, epsilon: 0 });
    const error = scaled(combination([1, z.value], [-1, targets]), 1 / samples);
    return transposedProduct(x, backward(still(error)).value);
  });
}

function descend(from: Vector, rate: number, gradient: (w: Vector) => Vector): Vector {
  let w = from;
  for (let step = 0; step < STEPS; step++) w = combination([1, w], [-rate, gradient(w)]);
  return w;
}

function withoutColumnMeans(x: Float64Array): Float64Array {
  const rows = x.length / INPUTS;
  const means = scaled(transposedProduct(x, new Float64Array(rows).fill(1)), 1 / rows);
  return x.map((value, i) => value - means[i % INPUTS]!);
}
