import type { StudySnapshot } from "../../../shared/protocol/snapshot.ts";
import { ago, duration, flopCount, plural } from "../words.ts";
import { ownExperiments } from "../data/study.ts";
import { studyProgress } from "../data/study-progress.ts";

/** One number of the summary strip: what it counts, and how far it is where there is an end. */
export interface Fact {
  readonly id: "runs" | "steps" | "compute" | "flops" | "volunteers" | "last";
  readonly value: string;
  readonly label: string;
  /** Between 0 and 1, or null. */
  readonly share: number | null;
}

/**
 * The state of the study in a few facts; reruns are not counted.
 * @param flops operations of a training step, by experiment
 */
export function summaryFacts(
  snapshot: StudySnapshot | null,
  nowMs: number,
  flops: Readonly<Record<string, number>> = {},
): readonly Fact[] {
  const progress = studyProgress(snapshot);
  const computed = ownExperiments(snapshot).reduce(
    (sum, { experiment, metrics }) => sum + metrics.progress.steps * (flops[experiment.id] ?? 0),
    0,
  );
  const share = (part: number, whole: number) => (whole > 0 ? part / whole : 0);
  return [
    {
      id: "runs",
      value: progress.runsFinished.toLocaleString("en"),
      label: `of ${plural(progress.runs, "run")} finished`,
      share: share(progress.runsFinished, progress.runs),
    },
    {
      id: "steps",
      value: progress.steps.toLocaleString("en"),
      label: `of ${plural(progress.stepsPlanned, "step")} trained`,
      share: share(progress.steps, progress.stepsPlanned),
    },
    {
      id: "compute",
      value: progress.trainMs > 0 ? duration(progress.trainMs / 1000) : "0 s",
      label: "of training donated",
      share: null,
    },
    {
      id: "flops",
      value: flopCount(computed),
      label: "computed, in convolutions and products of matrices",
      share: null,
    },
    {
      id: "volunteers",
      value: progress.volunteers.toLocaleString("en"),
      label: progress.volunteers === 1 ? "volunteer" : "volunteers",
      share: null,
    },
    {
      id: "last",
      value: progress.lastResultAt === null ? "None yet" : sentence(ago(progress.lastResultAt, nowMs)),
      label: "last accepted result",
      share: null,
    },
  ];
}

const sentence = (words: string) => words.charAt(0).toUpperCase() + words.slice(1);
