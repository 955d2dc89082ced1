import { logged } from "../../../shared/compare/sampled.ts";
import { type Arm, GRID } from "../../../shared/compare/source.ts";
import { experimentHeader } from "../../../shared/experiments/experiment.ts";
import { trainedExperiments } from "../../../shared/experiments/index.ts";
import type { Curve } from "../../../shared/metrics/curve.ts";
import type { Paper } from "../../../shared/paper/paper.ts";
import type { ProfileName } from "../../../shared/protocol/experiment.ts";
import type { Measurement } from "../../../shared/protocol/measurements.ts";
import type { RunMetrics, StudySnapshot } from "../../../shared/protocol/snapshot.ts";
import { experimentSnapshot } from "../../../workers/coordinator/snapshot.ts";

/** How a made-up study differs from the paper's curves, of which it is made. */
export interface Change {
  readonly seeds: number;
  readonly profile?: ProfileName;
  /** Whose curves an arm gets: its own, or another's. */
  readonly takes?: (arm: Arm) => Arm;
}

/** A snapshot whose runs are the paper's curves, each seed a little off: for tests only. */
export function paperAsOurs(paper: Paper, { seeds, profile = "paper", takes = (arm) => arm }: Change): StudySnapshot {
  const experiments = trainedExperiments.map((experiment) => {
    const header = experimentHeader(experiment, profile);
    const { plan } = header;
    const network = plan.spec.network.family === "vgg" ? "vgg" : "deep-linear";
    const empty = experimentSnapshot(header, [], { version: 1, now: 0, trainingNow: 0 });
    const variants = empty.metrics.variants.map((metrics) => {
      const { normalization, learningRate } = plan.variants.find(({ id }) => id === metrics.id)!;
      const source = takes({ network, normalization, learningRate });
      const runs = metrics.runs.map((run, i) =>
        i < seeds ? madeOf(paper, source, run, plan.spec.steps, 1 + 0.001 * (i - 2)) : run,
      );
      return { ...metrics, runs };
    });
    return { ...empty, metrics: { ...empty.metrics, variants } };
  });
  return { protocol: empty(experiments), takenAt: "2030-01-01T00:00:00.000Z", experiments };
}

const empty = (experiments: readonly { protocol: number }[]) => experiments[0]!.protocol;

/** @param off every number is multiplied with it */
function madeOf(paper: Paper, arm: Arm, run: RunMetrics, steps: number, off: number): RunMetrics {
  const every = arm.network === "vgg" ? 100 : 50;
  const share = steps / (arm.network === "vgg" ? 15_000 : 10_000);
  const ours = ({ step, value }: Curve) => ({
    step: step.map((at) => Math.round(at * share)),
    value: value.map((one) => (one === null ? null : one * off)),
  });
  const read = (curve: Curve | null) => curve && ours(logged(curve, every));
  const curve = (quantity: Parameters<Paper["curve"]>[0]["quantity"], layer?: number) =>
    read(paper.curve({ ...arm, quantity: quantity!, ...(layer === undefined ? {} : { layer }) }));
  const accuracy = curve("train-accuracy");
  const loss = curve("train-loss");
  const test = curve("test-accuracy");
  const training = accuracy ?? loss;
  return {
    ...run,
    state: "finished",
    trainedSteps: steps,
    training: {
      step: training?.step ?? [],
      accuracy: training?.step.map((_, i) => (accuracy ? Math.min(1, accuracy.value[i]!) : null)) ?? [],
      loss: training?.step.map((_, i) => loss?.value[i] ?? null) ?? [],
    },
    evaluation: { step: test?.step ?? [], accuracy: test?.value ?? [], loss: test?.step.map(() => null) ?? [] },
    measurements: measurements(paper, arm, curve, read),
  };
}

function measurements(
  paper: Paper,
  arm: Arm,
  curve: (quantity: "shift-l2" | "shift-cosine" | "mean-change" | "variance-change" | "beta", layer?: number) => Curve | null,
  read: (curve: Curve | null) => Curve | null,
): RunMetrics["measurements"] {
  const columns = (list: readonly (readonly [string, Curve | null])[], step: readonly number[]) => ({
    step: [...step],
    columns: Object.fromEntries(
      list.map(([name, one]) => [name, step.map((_, i) => one?.value[i] ?? null)]),
    ) as Measurement["columns"],
  });
  const shifts = (arm.network === "vgg" ? [5, 10] : [9, 17]).flatMap(
    (k) =>
      [
        [`l2.${k}`, curve("shift-l2", k)],
        [`cosine.${k}`, curve("shift-cosine", k)],
      ] as const,
  );
  const moments = [2, 9, 13].flatMap((k) => {
    const [mean, variance] = [curve("mean-change", k), curve("variance-change", k)];
    const zero = (of: Curve | null) => of && { step: of.step, value: of.value.map(() => 0) };
    return [
      [`mean.${k}`, zero(mean)],
      [`meanNext.${k}`, mean],
      [`variance.${k}`, zero(variance)],
      [`varianceNext.${k}`, variance],
    ] as const;
  });
  const steps = (list: readonly (readonly [string, Curve | null])[]) => list.find(([, one]) => one)?.[1]?.step;
  const [shiftSteps, momentSteps] = [steps(shifts), steps(moments)];
  const landscape = landscapeOf(paper, arm, curve("beta"), read);
  return {
    ...(landscape && { landscape }),
    ...(shiftSteps && { shift: columns(shifts, shiftSteps) }),
    ...(momentSteps && { activations: columns(moments, momentSteps) }),
  };
}

/** The band's low end at the smallest step size, its high end at the others; beta at the smallest, with a gradient of length 1. */
function landscapeOf(
  paper: Paper,
  arm: Arm,
  beta: Curve | null,
  read: (curve: Curve | null) => Curve | null,
): Measurement | undefined {
  const band = (quantity: "loss-band" | "gradient-band", edge: "low" | "high") => {
    const found = paper.band({ ...arm, quantity });
    return read(found && { step: found.step, value: found[edge] });
  };
  const loss = [band("loss-band", "low"), band("loss-band", "high")];
  const gradient = [band("gradient-band", "low"), band("gradient-band", "high")];
  const step = loss[0]?.step;
  if (!step || !beta) return undefined;
  const rows = (curve: Curve | null | undefined) => step.map((_, i) => curve?.value[i] ?? null);
  const columns = GRID[arm.network].flatMap((m, i) => [
    [`loss@${m}`, rows(loss[Math.min(i, 1)])] as const,
    [`differenceSum@${m}`, rows(gradient[Math.min(i, 1)])] as const,
    [`difference@${m}`, rows(beta).map((value) => (i === 0 && value !== null ? value * m * arm.learningRate : 0))] as const,
  ]);
  return { step: [...step], columns: { ...Object.fromEntries(columns), norm: step.map(() => 1), penalty: step.map(() => 0) } };
}
