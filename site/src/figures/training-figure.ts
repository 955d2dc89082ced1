import type { Paper } from "../../../shared/paper/paper.ts";
import type { ExperimentSnapshot } from "../../../shared/protocol/snapshot.ts";
import { steps as stepCount } from "../words.ts";
import { compose } from "./compose.ts";
import { curvePart } from "./curve-part.ts";
import type { Figure, Panel } from "./figure.ts";
import { type RateGroup, seriesByRate, type TrainingMetric } from "./training-arms.ts";
import { wholePanel } from "./whole-panel.ts";
import type { YAxis } from "./y-scale.ts";

/** What a figure of training curves is called and measures. */
export interface TrainingFigureWords {
  readonly id: string;
  readonly number: string;
  readonly metric: TrainingMetric;
  readonly title: string;
  readonly unit: string;
  readonly about: string;
  readonly paper: string;
}

const AXES: Readonly<Record<TrainingMetric, YAxis>> = {
  training: { kind: "linear", format: "percent", domain: [0, 1] },
  evaluation: { kind: "linear", format: "percent", domain: [0, 1] },
  loss: { kind: "log", format: "number" },
};

/** Accuracy (or loss) along training, one panel for each learning rate; of the study's experiment or of a rerun of it. */
export function trainingFigure(
  experiment: ExperimentSnapshot,
  paper: Paper | null,
  words: TrainingFigureWords,
  rates?: readonly number[],
): Figure {
  const { plan } = experiment.experiment;
  const { steps } = plan.spec;
  const groups = seriesByRate(experiment, paper, words.metric).filter(({ rate }) => !rates || rates.includes(rate));
  return compose({
    ...words,
    plans: [plan],
    middle: words.metric === "loss" ? "median" : "mean",
    groups: [
      {
        title: null,
        columns: "two",
        parts: groups.map(({ rate, series }) =>
          curvePart(
            {
              ...{ title: `Learning rate ${rate}`, subtitle: words.unit, columns: "two", steps },
              ...{ y: AXES[words.metric], series },
            },
            { id: `${words.id}-lr${rate}`, quantity: words.title },
          ),
        ),
      },
    ],
    whole: groups.filter((group) => lastStep(group) > steps * 1.05).map((group) => whole(group, words, steps)),
  });
}

const whole = (group: RateGroup, { id, metric }: TrainingFigureWords, steps: number): Panel => ({
  id: `${id}-whole-lr${group.rate}`,
  spec: wholePanel(group, steps, AXES[metric]),
  alt: `Learning rate ${group.rate}: the paper’s curve over all its steps, with the ${stepCount(steps)} trained here at its left edge.`,
  hover: null,
});

const lastStep = ({ series }: RateGroup) => Math.max(0, ...series.map(({ paper }) => paper.at(-1)?.step ?? 0));
