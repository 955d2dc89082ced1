import { momentChange } from "../../metrics/activations.ts";
import type { Measured } from "../../metrics/column.ts";
import { type Band, type Curve, finite, mapCurve } from "../../metrics/curve.ts";
import { effectiveBeta, gradientBand, penalizedLossBand } from "../../metrics/landscape.ts";
import { shiftCosine, shiftL2 } from "../../metrics/shift.ts";
import { testAccuracy, trainAccuracy, trainLoss } from "../../metrics/training.ts";
import type { PlanSpec } from "../../protocol/training-spec.ts";

/** How a run was trained, as far as its numbers depend on it. */
export interface Setting {
  readonly spec: PlanSpec;
  readonly learningRate: number;
}

/** What a claim can be about. */
export const QUANTITIES = {
  "train-accuracy": {
    words: "accuracy of training batches",
    worst: -Infinity,
    least: 0,
    curve: (run) => trainAccuracy(run),
  },
  "test-accuracy": { words: "test accuracy", worst: -Infinity, least: 0, curve: (run) => testAccuracy(run) },
  "train-loss": { words: "training loss", worst: Infinity, curve: (run) => trainLoss(run) },
  "shift-l2": {
    words: "covariate shift |G' - G| (Definition 2.1)",
    worst: Infinity,
    curve: (run, _, layer) => shiftL2(run, layer),
  },
  "shift-cosine": {
    words: "cosine between G and G' (Definition 2.1)",
    worst: -Infinity,
    least: -1,
    curve: (run, _, layer) => shiftCosine(run, layer),
  },
  "mean-change": {
    words: "change of an activation's mean from one step to the next",
    worst: Infinity,
    curve: (run, _, layer) => momentChange(run, layer, "mean"),
  },
  "loss-ratio": {
    words: "greatest over least loss along the gradient",
    worst: Infinity,
    curve: (run, { spec }) => ratio(penalizedLossBand(run, paperGrid(spec))),
  },
  "loss-top": {
    words: "greatest loss along the gradient",
    worst: Infinity,
    curve: (run, { spec }) => top(penalizedLossBand(run, paperGrid(spec))),
  },
  "gradient-top": {
    words: "greatest change of the gradient along itself (lengths summed over the variables)",
    worst: Infinity,
    curve: (run, { spec }) => top(gradientBand(run, paperGrid(spec), "sum")),
  },
  beta: {
    words: "effective β-smoothness",
    worst: Infinity,
    curve: (run, { spec, learningRate }) => effectiveBeta(run, paperGrid(spec), learningRate),
  },
  "beta-in-plateaus": {
    words: "effective β-smoothness in units of 2 / learning rate",
    worst: Infinity,
    curve: (run, { spec, learningRate }) =>
      mapCurve(effectiveBeta(run, paperGrid(spec), learningRate), (beta) => (beta * learningRate) / 2),
  },
  "beta-on-finer-grid": {
    words: "effective β-smoothness with steps down to 1/64 of the learning rate, over that on the paper's grid",
    worst: Infinity,
    curve: (run, { spec, learningRate }) => {
      const { step, value } = effectiveBeta(run, measuredGrid(spec), learningRate);
      const coarse = effectiveBeta(run, paperGrid(spec), learningRate).value;
      return { step, value: value.map((fine, i) => (fine === null ? null : finite(fine / (coarse[i] ?? NaN)))) };
    },
  },
} as const satisfies Record<string, Rule>;
export type Quantity = keyof typeof QUANTITIES;

interface Rule {
  readonly words: string;
  /** What a run that diverged is taken to have: its end of the scale, so that it loses to every other. */
  readonly worst: number;
  /** The quantity's least value, where it has one: stands for a diverged run in an interval. */
  readonly least?: number;
  readonly curve: (run: Measured, setting: Setting, layer: number) => Curve;
}

export const rule = (quantity: Quantity): Rule => QUANTITIES[quantity];

/** Step sizes that the paper's landscape figures look along, as multiples of the learning rate. */
export function paperGrid({ network }: Setting["spec"]): readonly number[] {
  return network.family === "deep-linear" ? [0.01, 0.1, 1, 10, 31.6] : [0.5, 1, 2, 4];
}

const measuredGrid = ({ probes }: Setting["spec"]) => probes?.landscape?.along ?? [];

const top = ({ step, high }: Band): Curve => ({ step, value: high });

export const ratio = ({ step, low, high }: Band): Curve => ({
  step,
  value: high.map((most, i) => (most === null ? null : finite(most / (low[i] ?? NaN)))),
});
