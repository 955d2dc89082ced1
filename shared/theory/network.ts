import { beforeTanh, type Dual, still, subtract, tanh, times } from "./dual.ts";
import { squaredNorm } from "./vectors.ts";
import { normal, uniform } from "../math/random.ts";

/** Inputs and units of the layer under study, and width of the later ones. */
export const INPUTS = 10;
export const UNITS = 6;

/**
 * A network around one linear layer y = x W: what comes after (`later`) is tanh, a linear layer, tanh, a linear layer, and half the squared
 * distance to the targets, summed. Smooth, so that second derivatives exist. BatchNorm may stand between y and what comes after.
 */
export interface Network {
  readonly batchSize: number;
  /** The layer's inputs, m x INPUTS. */
  readonly x: Float64Array;
  /** The layer's outputs, m x UNITS. */
  readonly y: Float64Array;
  readonly first: Float64Array;
  readonly second: Float64Array;
  readonly targets: Float64Array;
}

/** The `index`-th random network of a seed. Standard deviations of its units spread from about 0.3 to 3. */
export function randomNetwork(seed: number, index: number, batchSize: number): Network {
  const draw = (what: string, count: number) => normal(seed, `theory/${what}`, index, count);
  const scales = uniform(seed, "theory/scale", index, UNITS).map((u) => 0.3 * 10 ** u);
  const weights = draw("weights", INPUTS * UNITS).map((w, i) => (w * scales[i % UNITS]!) / Math.sqrt(INPUTS));
  const x = draw("x", batchSize * INPUTS);
  const y = new Float64Array(batchSize * UNITS);
  for (let b = 0; b < batchSize; b++)
    for (let i = 0; i < INPUTS; i++)
      for (let j = 0; j < UNITS; j++) y[b * UNITS + j] = y[b * UNITS + j]! + x[b * INPUTS + i]! * weights[i * UNITS + j]!;
  const square = (what: string) => draw(what, UNITS * UNITS).map((w) => w / Math.sqrt(UNITS));
  const targets = draw("targets", batchSize * UNITS);
  return { batchSize, x, y, first: square("first"), second: square("second"), targets };
}

/** Loss of the later layers at z (m x UNITS), and its gradient there: back-propagation written out. */
export function laterLayers({ first, second, targets }: Network, z: Dual): { loss: number; gradient: Dual } {
  const a = tanh(z);
  const b = tanh(times(a, first, UNITS));
  const error = subtract(times(b, second, UNITS), still(targets));
  const db = beforeTanh(times(error, second, UNITS, { transposed: true }), b);
  const gradient = beforeTanh(times(db, first, UNITS, { transposed: true }), a);
  return { loss: squaredNorm(error.value) / 2, gradient };
}
