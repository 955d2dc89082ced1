import type { ExperimentSnapshot } from "../../../shared/protocol/snapshot.ts";
import type { Paper } from "../../../shared/paper/paper.ts";
import { sheet } from "./chart-style.ts";
import type { Figure } from "./figure.ts";
import { figureRows, figureTable } from "./training-table.ts";
import { rangePanel, wholePanel } from "./training-panels.ts";
import { armsByRate, type Arm } from "./training-arms.ts";
import { percent, plural, steps as stepCount } from "../words.ts";

/** What one of the two training figures is called and measures. */
export interface TrainingFigureWords {
  readonly id: "fig1a" | "fig1b";
  readonly number: string;
  readonly metric: "training" | "evaluation";
  readonly title: string;
  readonly measured: string;
}

/** Accuracy along training, one panel for each learning rate, BatchNorm against standard; of the study's experiment or of a rerun of it. */
export function trainingFigure(experiment: ExperimentSnapshot, paper: Paper, words: TrainingFigureWords): Figure {
  const { plan } = experiment.experiment;
  const rates = armsByRate(experiment, paper, words.metric);
  const panels = rates.map(({ rate, arms }) => ({
    id: `${words.id}-lr${rate}`,
    spec: rangePanel(rate, arms, plan.spec.steps),
    alt: describePanel(rate, arms, plan.spec.steps),
  }));
  const whole = rates
    .filter(({ arms }) => arms.some((arm) => lastStep(arm) > plan.spec.steps * 1.05))
    .map(({ rate, arms }) => ({
      id: `${words.id}-whole-lr${rate}`,
      spec: wholePanel(rate, arms, plan.spec.steps),
      alt: `Learning rate ${rate}: the paper’s curve over all its steps, with the ${stepCount(plan.spec.steps)} trained here at its left edge.`,
    }));
  const text = caption(
    experiment,
    words,
    rates.flatMap(({ arms }) => arms),
  );
  const hasResults = rates.some(({ arms }) => arms.some((arm) => arm.mean.length > 0));
  return {
    id: words.id,
    number: words.number,
    title: words.title,
    caption: text,
    alt: `Figure ${words.number}. ${words.title}. ${panels.map((panel) => panel.alt).join(" ")}`,
    hasResults,
    panels,
    whole,
    table: figureTable(rates.flatMap(({ arms }) => arms)),
    rows: figureRows(rates.flatMap(({ arms }) => arms)),
    spec: sheet(
      `Figure ${words.number}. ${words.title}`,
      text,
      panels.map((panel) => panel.spec),
    ),
  };
}

function caption(experiment: ExperimentSnapshot, words: TrainingFigureWords, arms: readonly Arm[]): string {
  const { plan } = experiment.experiment;
  const most = Math.max(0, ...arms.flatMap((arm) => arm.mean.map((row) => row.n)));
  const diverged = arms.flatMap((arm) => arm.diverged).length;
  const paperLine =
    words.metric === "training"
      ? "Dotted: the paper’s curve (one run, read off its figure)"
      : "Hollow points: the paper’s (one run, tested every 1,000 steps)";
  const sentences = [
    `VGG-${plan.spec.network.depth} on CIFAR-10, batches of ${plan.spec.batchSize}, plain SGD: ${words.measured}.`,
    most === 0
      ? "No shard has been accepted yet, so only the paper’s values are drawn."
      : most === 1
        ? "Solid: one seed so far, so there is no interval yet."
        : most === 2
          ? "Solid: mean of 2 seeds; thin: each of them. An interval is drawn from three seeds on."
          : `Solid: mean over up to ${plural(most, "seed")}; band: pointwise 95% t interval of that mean, from three seeds on; thin: single seeds.`,
    diverged > 0 ? `${plural(diverged, "run")} diverged (crosses): the loss was no longer a finite number.` : "",
    arms.some((arm) => arm.paper.length > 0) ? `${paperLine}.` : "",
    plan.profile === "pilot"
      ? `Pilot size: ${percent(plan.spec.network.width, 1)} of the paper’s channels and ${stepCount(plan.spec.steps)}; the paper’s network is larger, so the levels are not meant to agree.`
      : "",
  ];
  return sentences.filter(Boolean).join(" ");
}

function describePanel(rate: number, arms: readonly Arm[], steps: number): string {
  const ours = arms.map((arm) => {
    const last = arm.mean.at(-1);
    if (!last) return `${arm.series}: no results yet.`;
    const interval =
      last.low === null || last.high === null ? "" : `, 95% interval ${percent(last.low)} to ${percent(last.high)}`;
    return `${arm.series}: ${percent(last.mean)} at step ${last.step.toLocaleString("en")}${interval}, ${plural(last.n, "seed")}.`;
  });
  const theirs = arms
    .map((arm) => [arm.series, arm.paper.filter((point) => point.step <= steps).at(-1)] as const)
    .flatMap(([series, point]) =>
      point ? [`${series} ${percent(point.accuracy)} at step ${point.step.toLocaleString("en")}`] : [],
    );
  return [`Learning rate ${rate}.`, ...ours, theirs.length > 0 ? `The paper: ${theirs.join(", ")}.` : ""]
    .filter(Boolean)
    .join(" ");
}

const lastStep = (arm: Arm) => arm.paper.at(-1)?.step ?? 0;
