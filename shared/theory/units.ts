import { uniform } from "../math/random.ts";
import { type Affine, batchNorm } from "./batch-norm.ts";
import { beside, column, type Dual, still } from "./dual.ts";
import type { TheoryInputs } from "./inputs.ts";
import { laterLayers, type Network, randomNetwork, UNITS } from "./network.ts";
import { transposedProduct, type Vector } from "./vectors.ts";

/** One unit j of a network with BatchNorm after its linear layer: what the theorems speak about. */
export interface Unit {
  readonly m: number;
  readonly gamma: number;
  readonly beta: number;
  /** sqrt(variance + epsilon) */
  readonly sigma: number;
  /** variance / (variance + epsilon), so that |yhat|² = m q. */
  readonly q: number;
  readonly y: Vector;
  readonly yhat: Vector;
  readonly z: Vector;
  /** The gradient of the later layers' loss at z: the theorems' "grad L", as their proofs have it. */
  readonly g: Vector;
  /** The gradient of the BatchNorm network's loss with respect to y. */
  readonly gHat: Vector;
  /** The gradient of the same network without BatchNorm, at its own activations, with respect to y. */
  readonly plain: Vector;
  /** The layer's inputs, m x INPUTS, and the gradient with respect to the unit's weights. */
  readonly x: Float64Array;
  readonly weightGradient: Vector;
  /** Losses with and without BatchNorm. */
  readonly lossHat: number;
  readonly loss: number;
  /** H v: the later layers' second derivative with respect to z_j, times v. */
  readonly curvature: (v: Vector) => Vector;
  /** The same for the BatchNorm network, with respect to y_j. */
  readonly curvatureHat: (v: Vector) => Vector;
}

/** How BatchNorm's gamma and beta are chosen for the units of one network. */
export type Choice = (network: Network, index: number) => readonly { gamma: number; beta: number }[];

/** As the inputs say, for every unit. */
export const given =
  ({ gamma, beta }: TheoryInputs): Choice =>
  () =>
    Array.from({ length: UNITS }, () => ({ gamma, beta }));

/** Spread around the inputs, so that no power of gamma can hide: gamma within a factor of 2, beta within 1. */
export const spread =
  ({ gamma, beta, seed }: TheoryInputs): Choice =>
  (_network, index) => {
    const draws = uniform(seed, "theory/affine", index, 2 * UNITS);
    return Array.from({ length: UNITS }, (_, j) => ({
      gamma: gamma * 2 ** (2 * draws[2 * j]! - 1),
      beta: beta + 2 * draws[2 * j + 1]! - 1,
    }));
  };

/** Observation 4.3: gamma the unit's deviation and beta its mean, so that z = y. */
export const matched =
  ({ epsilon }: TheoryInputs): Choice =>
  ({ y }) =>
    columns(still(y)).map((values) => {
      const { mean, deviation } = batchNorm(values, { gamma: 1, beta: 0, epsilon });
      return { gamma: deviation.value[0]!, beta: mean.value[0]! };
    });

/** The units that the statements are checked on. Each set is drawn when it is first asked for. */
export interface Sample {
  readonly inputs: TheoryInputs;
  readonly spread: () => readonly Unit[];
  readonly matched: () => readonly Unit[];
  readonly given: () => readonly Unit[];
}

export function sampleOf(inputs: TheoryInputs): Sample {
  const once = (choose: Choice) => {
    let units: readonly Unit[] | undefined;
    return () => (units ??= drawUnits(inputs, choose));
  };
  return { inputs, spread: once(spread(inputs)), matched: once(matched(inputs)), given: once(given(inputs)) };
}

/** All units of the inputs' random networks, `UNITS` to a network. */
export function drawUnits(inputs: TheoryInputs, choose: Choice): Unit[] {
  return Array.from({ length: inputs.networks }, (_, index) => {
    const network = randomNetwork(inputs.seed, index, inputs.batchSize);
    return unitsOf(network, choose(network, index), inputs.epsilon);
  }).flat();
}

function unitsOf(network: Network, choice: readonly { gamma: number; beta: number }[], epsilon: number): Unit[] {
  const affine = (j: number): Affine => ({ ...choice[j]!, epsilon });
  const y = columns(still(network.y));
  const normalized = y.map((values, j) => batchNorm(values, affine(j)));
  const z = normalized.map((unit) => unit.z);
  const withIt = laterLayers(network, beside(z));
  const without = laterLayers(network, still(network.y));
  const [g, plain] = [columns(withIt.gradient), columns(without.gradient)];
  /** H is diagonal, because every sample passes the later layers on its own; one pass along (1, ..., 1) gives it. */
  const diagonalOf = (j: number): Vector => {
    const moved: Dual = { value: z[j]!.value, slope: new Float64Array(network.batchSize).fill(1) };
    return column(laterLayers(network, beside(z.map((other, k) => (k === j ? moved : other)))).gradient, UNITS, j).slope;
  };
  return normalized.map((unit, j): Unit => {
    const gHat = unit.backward(g[j]!).value;
    const sigma = unit.deviation.value[0]!;
    let diagonal: Vector | undefined;
    const curvature = (v: Vector): Vector => {
      const h = (diagonal ??= diagonalOf(j));
      return v.map((x, b) => h[b]! * x);
    };
    return {
      m: network.batchSize,
      gamma: affine(j).gamma,
      beta: affine(j).beta,
      sigma,
      q: 1 - epsilon / sigma ** 2,
      y: y[j]!.value,
      yhat: unit.yhat.value,
      z: z[j]!.value,
      g: g[j]!.value,
      gHat,
      plain: plain[j]!.value,
      x: network.x,
      weightGradient: transposedProduct(network.x, gHat),
      lossHat: withIt.loss,
      loss: without.loss,
      curvature,
      curvatureHat: (v) => {
        const moved = batchNorm({ value: y[j]!.value, slope: v }, affine(j));
        return moved.backward({ value: g[j]!.value, slope: curvature(moved.z.slope) }).slope;
      },
    };
  });
}

const columns = (matrix: Dual): Dual[] => Array.from({ length: UNITS }, (_, j) => column(matrix, UNITS, j));
