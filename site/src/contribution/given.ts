import type { RunMetrics, StudySnapshot } from "../../../shared/protocol/snapshot.ts";
import { volunteerName } from "../data/volunteer-name.ts";

/** What one volunteer gave, as far as it was accepted. */
export interface Given {
  /** As provenance has it: an id, or from before there were keys a name. */
  readonly volunteer: string;
  readonly name: string;
  readonly shards: number;
  readonly steps: number;
  /** Of training, tests and measurements. */
  readonly computeMs: number;
  readonly first: string;
  readonly last: string;
  readonly runs: readonly GivenRun[];
}

/** A run of which the volunteer trained a part. */
export interface GivenRun {
  readonly experiment: string;
  readonly label: string;
  readonly seed: number;
  readonly steps: number;
  /** Of the whole run. */
  readonly of: number;
  /** The stretches [from, to) that the volunteer trained. */
  readonly stretches: readonly (readonly [number, number])[];
  /** The whole run's recorded batches; empty where the snapshot came without curves. */
  readonly training: RunMetrics["training"];
}

/** What everyone gave, most steps first. */
export function givenByAll(snapshot: StudySnapshot | null): readonly Given[] {
  const all = new Map<string, { -readonly [Key in keyof Given]: Given[Key] }>();
  for (const { experiment, metrics } of snapshot?.experiments ?? []) {
    for (const { id, runs } of metrics.variants) {
      const label = experiment.plan.variants.find((variant) => variant.id === id)?.label ?? id;
      for (const { seed, provenance, training } of runs) {
        for (const { volunteer, fromStep, toStep, trainMs, evaluateMs, acceptedAt } of provenance) {
          const before = all.get(volunteer);
          const run: GivenRun = {
            ...{ experiment: experiment.title, label, seed, training },
            ...{ steps: toStep - fromStep, of: experiment.plan.spec.steps, stretches: [[fromStep, toStep]] },
          };
          all.set(volunteer, {
            volunteer,
            name: volunteerName(volunteer, snapshot?.names),
            shards: (before?.shards ?? 0) + 1,
            steps: (before?.steps ?? 0) + run.steps,
            computeMs: (before?.computeMs ?? 0) + trainMs + evaluateMs,
            first: before && before.first < acceptedAt ? before.first : acceptedAt,
            last: before && before.last > acceptedAt ? before.last : acceptedAt,
            runs: joined(before?.runs ?? [], run),
          });
        }
      }
    }
  }
  return [...all.values()].sort((a, b) => b.steps - a.steps || a.volunteer.localeCompare(b.volunteer));
}

/** What one volunteer gave; null: nothing that was accepted. @param volunteer an id, its first digits (8 or more), or a name */
export function givenBy(snapshot: StudySnapshot | null, volunteer: string): Given | null {
  const all = givenByAll(snapshot);
  const isPart = /^[0-9a-f]{8,63}$/.test(volunteer);
  return (
    all.find((one) => one.volunteer === volunteer) ??
    (isPart ? all.find((one) => one.volunteer.startsWith(volunteer)) : undefined) ??
    null
  );
}

function joined(runs: readonly GivenRun[], run: GivenRun): readonly GivenRun[] {
  const isSame = (other: GivenRun) => other.experiment === run.experiment && other.label === run.label && other.seed === run.seed;
  const same = runs.find(isSame);
  if (!same) return [...runs, run];
  const more = { ...same, steps: same.steps + run.steps, stretches: [...same.stretches, ...run.stretches] };
  return runs.map((other) => (other === same ? more : other));
}
