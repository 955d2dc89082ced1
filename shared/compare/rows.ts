import type { Paper } from "../paper/paper.ts";
import type { Plan } from "../protocol/experiment.ts";
import type { RunMetrics, StudySnapshot } from "../protocol/snapshot.ts";
import { deepLinearQuestions } from "./deep-linear-questions.ts";
import { compared, type Estimate, estimate, judgeLevel, judgeOrder, type Verdict } from "./judge.ts";
import type { Question } from "./question.ts";
import { smaller } from "./size.ts";
import { type Arm, paperSource, runSource, type Source } from "./source.ts";
import { vggQuestions } from "./vgg-questions.ts";
import { whyLevel, whyOrder } from "./why.ts";

/** A row of the table: a number of one arm, or one arm against another. */
export interface ComparisonRow {
  readonly question: Question;
  readonly arm: Arm;
  /** What the arm is compared with; null: its own number. */
  readonly against: Arm | null;
  readonly paper: number | null;
  readonly ours: Estimate | null;
  /** Ours over the paper's; null where one of them is missing, infinite or zero, and where differences are compared. */
  readonly ratio: number | null;
  readonly verdict: Verdict;
  /** Why it may differ, or why it was not judged. */
  readonly why: string;
}

export const questions: readonly Question[] = [...vggQuestions, ...deepLinearQuestions];

/** Every quantity of every figure that was digitised, for every arm and against the first. @param snapshot null: nothing was trained yet */
export function comparisonRows(snapshot: StudySnapshot | null, paper: Paper): ComparisonRow[] {
  const trained = new Map<string, Trained | null>();
  const of = (arm: Arm) => {
    const key = JSON.stringify(arm);
    if (!trained.has(key)) trained.set(key, find(snapshot, arm));
    return trained.get(key)!;
  };
  return questions.flatMap((question) => {
    const [first, ...others] = question.arms;
    return [
      ...question.arms.map((arm) => levelRow(question, arm, of(arm), paper)),
      ...others.map((arm) => orderRow(question, arm, first, of(arm), of(first), paper)),
    ];
  });
}

interface Trained {
  readonly plan: Plan;
  readonly runs: readonly RunMetrics[];
}

/** The study's own runs of an arm; those at the paper's size where there are both. */
function find(snapshot: StudySnapshot | null, { network, normalization, learningRate }: Arm): Trained | null {
  const found = (snapshot?.experiments ?? []).flatMap(({ experiment: { parent, plan }, metrics }) => {
    const variant = plan.variants.find((one) => one.normalization === normalization && one.learningRate === learningRate);
    const runs = metrics.variants.find(({ id }) => id === variant?.id)?.runs.filter((run) => run.trainedSteps > 0) ?? [];
    return parent === null && plan.spec.network.family === network && runs.length > 0 ? [{ plan, runs }] : [];
  });
  return found.sort((a, b) => smaller(a.plan).length - smaller(b.plan).length)[0] ?? null;
}

function levelRow(question: Question, arm: Arm, trained: Trained | null, paper: Paper): ComparisonRow {
  const theirs = measured(question, paperSource(paper, arm));
  const ours = estimate([...bySeed(question, arm, trained).values()]);
  const gap = trained ? smaller(trained.plan) : [];
  const judged = judgeLevel(theirs, ours, question.agreement);
  const verdict = gap.length > 0 && ours && theirs !== null ? "not compared" : judged;
  return {
    ...{ question, arm, against: null, paper: theirs, ours, verdict },
    ratio: ratio(ours, theirs),
    why: whyLevel(verdict, ours, trained?.plan ?? null, question),
  };
}

function orderRow(
  question: Question,
  arm: Arm,
  against: Arm,
  ofArm: Trained | null,
  ofFirst: Trained | null,
  paper: Paper,
): ComparisonRow {
  const theirs = [arm, against].map((one) => measured(question, paperSource(paper, one)));
  const paperOrder = theirs[0] == null || theirs[1] == null ? null : compared(theirs[0], theirs[1], question.agreement);
  const firsts = bySeed(question, against, ofFirst);
  const pairs = [...bySeed(question, arm, ofArm)].flatMap(([seed, value]) => {
    const first = firsts.get(seed);
    return first === undefined ? [] : [compared(value, first, question.agreement)];
  });
  const ours = estimate(pairs);
  const verdict = judgeOrder(paperOrder, ours, question.agreement);
  return {
    ...{ question, arm, against, paper: paperOrder, ours, verdict },
    ratio: question.agreement.by === "ratio" ? ratio(ours, paperOrder) : null,
    why: whyOrder(verdict, ours, paperOrder, (ofArm ?? ofFirst)?.plan ?? null, question),
  };
}

/** The quantity of every run that has come far enough. */
function bySeed(question: Question, arm: Arm, trained: Trained | null): Map<number, number> {
  const values = (trained?.runs ?? []).flatMap((run): [number, number][] => {
    const value = measured(question, runSource(run, trained!.plan, arm));
    return value === null ? [] : [[run.seed, value]];
  });
  return new Map(values);
}

function measured({ measure, floor = -Infinity }: Question, source: Source): number | null {
  const value = measure(source);
  return value === null ? null : Math.max(floor, value);
}

function ratio(ours: Estimate | null, theirs: number | null): number | null {
  const value = ours === null || theirs === null ? NaN : ours.value / theirs;
  return Number.isFinite(value) && value > 0 ? value : null;
}
