import type { ExperimentSnapshot } from "../../shared/protocol/snapshot.ts";

/** What is asked of a fleet. */
export interface Wanted {
  /** Experiments in order, by id or by name without profile and hash; empty: all of the study's own. */
  readonly experiments: readonly string[];
  /** Only the first so many seeds of each; Infinity: all. */
  readonly seeds: number;
}

/** How far an experiment is, counting only the seeds that are wanted. */
export interface Standing {
  readonly id: string;
  readonly family: string;
  readonly runs: number;
  readonly finishedRuns: number;
  readonly steps: number;
  readonly trainedSteps: number;
  /** Position of the first seed with a run that is not finished; Infinity when there is none. */
  readonly openSeed: number;
  /** Computing time in ms and steps of all accepted shards, to tell the speed from. */
  readonly spentMs: number;
  readonly spentSteps: number;
}

/** `training-pilot-1a2b3c4d` is called by its id or as `training`. */
export const isCalled = (id: string, name: string): boolean =>
  id === name || (id.startsWith(`${name}-`) && /^(pilot|paper)-[0-9a-f]{8}$/.test(id.slice(name.length + 1)));

/**
 * Where the wanted experiments stand.
 * @throws RangeError when the study has no experiment of a wanted name
 */
export function standings(study: readonly ExperimentSnapshot[], { experiments, seeds }: Wanted): Standing[] {
  const own = study.filter(({ experiment }) => experiment.parent === null);
  const wanted = experiments.length === 0 ? own : experiments.map((name) => called(own, name));
  return wanted.map(({ experiment: { id, plan }, metrics }) => {
    const runs = metrics.variants.flatMap((variant) => variant.runs.slice(0, seeds));
    const isDone = (state: string) => state === "finished" || state === "diverged";
    const open = plan.seeds
      .slice(0, seeds)
      .findIndex((_, i) => metrics.variants.some((variant) => !isDone(variant.runs[i]?.state ?? "waiting")));
    const shards = metrics.variants.flatMap((variant) => variant.runs.flatMap((run) => run.provenance));
    const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
    const finished = runs.filter(({ state }) => isDone(state));
    const trained = sum(runs.map((run) => (isDone(run.state) ? plan.spec.steps : run.trainedSteps)));
    return {
      id,
      family: plan.spec.network.family,
      runs: plan.variants.length * Math.min(seeds, plan.seeds.length),
      finishedRuns: finished.length,
      steps: plan.variants.length * Math.min(seeds, plan.seeds.length) * plan.spec.steps,
      trainedSteps: trained,
      openSeed: open < 0 ? Infinity : open,
      spentMs: sum(shards.map(({ trainMs, evaluateMs }) => trainMs + evaluateMs)),
      spentSteps: sum(shards.map(({ fromStep, toStep }) => toStep - fromStep)),
    };
  });
}

/** So many seeds of the deep linear network cost about as much as one of VGG's pilot. */
const DEEP_LINEAR_SEEDS = 5;

/**
 * Ids of the experiments with work left, most needed first: those whose earliest open seed is the earliest, so that every comparison gets its
 * first pair soon, the deep linear ones five seeds at a time and first, because they are cheap; then in the study's order. Whoever names
 * experiments gets them in that order alone.
 */
export function orderOfNeed(rows: readonly Standing[], { experiments }: Wanted): string[] {
  const open = rows.filter(({ openSeed }) => openSeed !== Infinity);
  if (experiments.length > 0) return open.map(({ id }) => id);
  const isCheap = ({ family }: Standing) => family === "deep-linear";
  const turn = (row: Standing) => (isCheap(row) ? Math.floor(row.openSeed / DEEP_LINEAR_SEEDS) : row.openSeed);
  return open
    .toSorted((a, b) => turn(a) - turn(b) || Number(isCheap(b)) - Number(isCheap(a)) || a.openSeed - b.openSeed)
    .map(({ id }) => id);
}

function called(own: readonly ExperimentSnapshot[], name: string): ExperimentSnapshot {
  const found = own.find(({ experiment }) => isCalled(experiment.id, name));
  if (found) return found;
  const names = own.map(({ experiment }) => experiment.id.replace(/-(pilot|paper)-[0-9a-f]{8}$/, ""));
  throw new RangeError(`--experiment: got ${name}, want one of ${names.join(", ")}`);
}
