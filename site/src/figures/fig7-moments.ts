import { type Moment, momentChange, momentDrift } from "../../../shared/metrics/activations.ts";
import type { Curve } from "../../../shared/metrics/curve.ts";
import type { RunMetrics } from "../../../shared/protocol/snapshot.ts";
import { arms } from "./arms.ts";
import { compose } from "./compose.ts";
import { curvePart } from "./curve-part.ts";
import type { DrawFigure } from "./draw.ts";
import { seriesOf } from "./series.ts";

const LAYERS = [2, 9, 13];
const MOMENTS = [
  { moment: "mean", sign: "μ", quantity: "mean-change" },
  { moment: "variance", sign: "σ²", quantity: "variance-change" },
] as const;

/** Figure 7: how the moments of activations change, from one step to the next and since the start. */
export const drawFig7: DrawFigure = (snapshot, paper) => {
  const three = arms(snapshot, "vgg", 0.1, ["none", "batch", "noisy-batch"]);
  const { plan } = three[0]!;
  const panels = (
    id: string,
    words: (sign: string) => { title: string; subtitle: string },
    metric: (run: RunMetrics, layer: number, moment: Moment) => Curve,
    isChange: boolean,
  ) =>
    MOMENTS.flatMap(({ moment, sign, quantity }) =>
      LAYERS.map((layer) => {
        const { title, subtitle } = words(sign);
        return curvePart(
          {
            ...{ title: `Layer #${layer}: ${title}`, subtitle, columns: "three", steps: plan.spec.steps },
            y: { kind: "linear", format: "number", holds: 0 },
            series: three.map((arm) => {
              const { network, normalization, learningRate } = arm;
              const plot = { figure: "7a", quantity, network, normalization, learningRate, layer };
              return seriesOf(arm, (run) => metric(run, layer, moment), isChange ? paper.curve(plot) : null);
            }),
          },
          { id: `fig7-${id}-${moment}-${layer}`, quantity: `${title}, layer ${layer}` },
        );
      }),
    );
  return compose({
    id: "fig7",
    number: "7",
    inVersion3: "8",
    title: "How the moments of activations change",
    about:
      "Mean μ and variance σ² of one channel’s values over a batch, before the non-linearity: (a) how much they differ between a step’s batch and the next step’s; (b) how far they have come since the first measurement.",
    paper:
      "In the paper’s curves the noise moves the mean by 0.30 to 0.37 a step, the standard network’s moves by 0.02 to 0.08, and BatchNorm’s by 0.002 or less.",
    plans: [plan],
    groups: [
      {
        title: "a: from one step to the next",
        columns: "three",
        parts: panels("a", (sign) => ({ title: `|Δ${sign}|`, subtitle: "step to next step" }), momentChange, true),
      },
      {
        title: "b: since the start",
        columns: "three",
        parts: panels(
          "b",
          (sign) => ({ title: `${sign} − ${sign} at step 0`, subtitle: "since the first step" }),
          momentDrift,
          false,
        ),
      },
    ],
  });
};
