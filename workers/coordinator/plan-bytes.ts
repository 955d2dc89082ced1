import { measurementColumns, probeEvery } from "../../shared/protocol/measurements.ts";
import type { Plan, Variant } from "../../shared/protocol/experiment.ts";
import { PROBE_NAMES } from "../../shared/protocol/probes.ts";
import { isHistogram } from "./column-ranges.ts";
import { shardsPerRun } from "./work-generator.ts";

/** How many bytes of JSON a plan's results and merged metrics come to at most, known before anything is trained. */

/** Row of a training or evaluation curve: step, loss with all its digits, accuracy; and its part of the band. */
const CURVE_ROW = 8 + 25 + 25;
const BAND_ROW = 8 + 4 + 3 * 13;
/** A step in a column of steps. */
const STEP = 8;
/** A number of six digits at its longest: "-1.23456e-100,". */
const NUMBER = 14;
/** A shard's provenance, with the longest alias, adapter and platform. */
export const PROVENANCE = 1200;

/** One accepted result. @param steps of the shard; by default the plan's own length */
export function resultBytes(plan: Plan, steps = Math.min(plan.shardSteps, plan.spec.steps)): number {
  return (
    Math.max(...plan.variants.map((variant) => curveBytes(plan, steps) + measurementBytes(plan, variant, steps))) + PROVENANCE
  );
}

/** The merged metrics of the whole experiment, trained to its end: what KV holds under one key. */
export function metricsBytes(plan: Plan): number {
  const { steps } = plan.spec;
  const perVariant = plan.variants.map((variant) => {
    const run = curveBytes(plan, steps) + measurementBytes(plan, variant, steps) + shardsPerRun(plan) * PROVENANCE;
    return plan.seeds.length * run + curveRows(plan, steps) * BAND_ROW;
  });
  return perVariant.reduce((sum, bytes) => sum + bytes, 0);
}

const curveBytes = (plan: Plan, steps: number) => curveRows(plan, steps) * CURVE_ROW;

function curveRows({ spec: { recordEvery, evaluateEvery } }: Plan, steps: number): number {
  return rowsOf(recordEvery, steps) + (evaluateEvery === null ? 0 : rowsOf(evaluateEvery, steps) + 1);
}

function measurementBytes({ spec }: Plan, { normalization }: Variant, steps: number): number {
  const columns = measurementColumns({ ...spec, normalization });
  const bins = spec.probes?.activations?.bins ?? 0;
  // A histogram's counts together are the values of one channel, at most a batch of 32 x 32 images.
  const histogram = 2 + 2 * NUMBER + bins * (String(spec.batchSize * 1024).length + 1);
  return PROBE_NAMES.reduce((sum, name) => {
    const every = probeEvery(spec.probes, name);
    const names = columns[name];
    if (every === undefined || !names) return sum;
    const row = names.reduce((bytes, column) => bytes + (isHistogram(column) ? histogram : NUMBER), STEP);
    const keys = names.reduce((bytes, column) => bytes + column.length + 6, 0);
    return sum + rowsOf(every, steps) * row + keys;
  }, 0);
}

const rowsOf = (every: number, steps: number) => Math.ceil(steps / every);
