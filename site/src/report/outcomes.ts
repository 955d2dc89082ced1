import type { ExperimentSnapshot } from "../../../shared/protocol/snapshot.ts";
import { paperAt, type Series } from "../figures/series.ts";
import { seriesByRate } from "../figures/training-arms.ts";
import { percent } from "../words.ts";
import type { Paper } from "../../../shared/paper/paper.ts";

/** Where an arm stands on the test set, beside the paper at the same step and at its end. */
export interface Outcome {
  readonly id: string;
  readonly label: string;
  readonly series: string;
  readonly step: number | null;
  readonly ours: string;
  readonly interval: string;
  readonly seeds: number;
  readonly paperThere: string;
  readonly paperEnd: string;
}

/** Test accuracy of every arm at its last evaluation that most of its seeds reached. */
export function outcomes(experiment: ExperimentSnapshot, paper: Paper | null): readonly Outcome[] {
  return seriesByRate(experiment, paper, "evaluation").flatMap(({ rate, series }) => series.map((one) => outcome(rate, one)));
}

function outcome(rate: number, arm: Series): Outcome {
  const most = Math.max(0, ...arm.middle.filter((point) => point.step > 0).map((point) => point.n));
  const last = arm.middle.filter((point) => point.step > 0 && point.n === most).at(-1);
  const theirs = last ? paperAt(arm, last.step) : null;
  return {
    id: arm.variant,
    label: `${arm.name}, learning rate ${rate}`,
    series: arm.colour,
    step: last?.step ?? null,
    ours: last ? percent(last.value) : "–",
    interval: last && last.low !== null && last.high !== null ? `${percent(last.low)} to ${percent(last.high)}` : "–",
    seeds: last?.n ?? 0,
    paperThere: theirs === null ? "–" : percent(theirs),
    paperEnd: arm.paper.length > 0 ? percent(arm.paper.at(-1)!.value) : "–",
  };
}

/** An outcome's cells, in the order of the table's columns. */
export const outcomeCells = ({ step, ours, interval, seeds, paperThere, paperEnd }: Outcome): readonly string[] => [
  step === null ? "no result yet" : `${step.toLocaleString("en")} steps`,
  ours,
  interval,
  String(seeds),
  paperThere,
  paperEnd,
];
