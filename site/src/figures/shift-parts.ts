import type { Curve } from "../../../shared/metrics/curve.ts";
import { wasserstein } from "../../../shared/metrics/activations.ts";
import { shiftCosine, shiftL2 } from "../../../shared/metrics/shift.ts";
import type { Paper } from "../../../shared/paper/paper.ts";
import type { RunMetrics } from "../../../shared/protocol/snapshot.ts";
import type { Arm } from "./arms.ts";
import { curvePart } from "./curve-part.ts";
import type { Part } from "./part.ts";
import { seriesOf } from "./series.ts";
import { trainingPart } from "./training-parts.ts";
import type { YAxis } from "./y-scale.ts";

/** Layers whose gradients the paper shows, and one of them (or the nearest measured) for the distribution itself. */
const LAYERS = { vgg: { shift: [5, 10], distribution: 9 }, "deep-linear": { shift: [9, 17], distribution: 9 } } as const;

/** Internal covariate shift as Definition 2.1 has it, and next to it as the words were first meant, for arms of one network at one rate. */
export function shiftParts(id: string, arms: readonly Arm[], paper: Paper, figure: string): readonly Part[] {
  const [first] = arms;
  if (!first) return [];
  const { network } = first;
  const { steps } = first.plan.spec;
  const layers = LAYERS[network];
  const part = (
    name: string,
    words: { title: string; subtitle: string },
    y: YAxis,
    metric: (run: RunMetrics) => Curve,
    plot?: { quantity: "shift-l2" | "shift-cosine"; layer: number },
  ): Part =>
    curvePart(
      {
        ...{ ...words, columns: "three", steps, y },
        series: arms.map((arm) => {
          const { normalization, learningRate } = arm;
          return seriesOf(arm, metric, plot ? paper.curve({ figure, network, normalization, learningRate, ...plot }) : null);
        }),
      },
      { id: `${id}-${name}`, quantity: words.title },
    );
  const quantity = network === "vgg" ? "train-accuracy" : "train-loss";
  return [
    trainingPart(`${id}-training`, arms, paper, { quantity, figure, columns: "three" }),
    ...layers.shift.map((layer) =>
      part(
        `l2-${layer}`,
        { title: `Layer #${layer}: |G − G′|`, subtitle: "l2 norm of the shift, log axis" },
        { kind: "log", format: "number" },
        (run) => shiftL2(run, layer),
        { quantity: "shift-l2", layer },
      ),
    ),
    part(
      `wasserstein-${layers.distribution}`,
      { title: `Layer #${layers.distribution}: values moved`, subtitle: "Wasserstein-1 per step / deviation, log axis" },
      { kind: "log", format: "number" },
      (run) => wasserstein(run, layers.distribution),
    ),
    ...layers.shift.map((layer) =>
      part(
        `cosine-${layer}`,
        { title: `Layer #${layer}: cosine of G, G′`, subtitle: "1: no shift" },
        { kind: "linear", format: "number", domain: [-1, 1] },
        (run) => shiftCosine(run, layer),
        { quantity: "shift-cosine", layer },
      ),
    ),
  ];
}
