import { type Column, type Measurement, measurementColumns, probeEvery } from "../../shared/protocol/measurements.ts";
import { PROBE_NAMES } from "../../shared/protocol/probes.ts";
import type { Result } from "../../shared/protocol/result.ts";
import type { TrainingSpec } from "../../shared/protocol/training-spec.ts";
import { checkHistograms } from "./check-histograms.ts";
import { checkRelations } from "./check-relations.ts";
import { isHistogram, rangeOf, rangeText } from "./column-ranges.ts";
import { checkSteps, multiples } from "./due.ts";
import { type Fault, unless } from "./fault.ts";

/**
 * Exactly the probes and columns that the spec asks for, with exactly the due rows, each number within what it measures can be.
 * Due are the multiples of the probe's `every` from the shard's first step on, before its end or the divergence; where none is, a probe may
 * be missing.
 */
export function checkMeasurements(
  { measurements, training, divergedAt }: Pick<Result, "measurements" | "training" | "divergedAt">,
  shard: { readonly fromStep: number; readonly toStep: number },
  spec: TrainingSpec,
): Fault[] {
  const wanted = measurementColumns(spec);
  return PROBE_NAMES.flatMap((name) => {
    const path = `measurements.${name}`;
    const columns = wanted[name];
    const got = measurements[name];
    if (!columns) return got ? [{ path, message: "got a measurement, want none, because the spec does not ask for it" }] : [];
    const due = multiples(probeEvery(spec.probes, name) ?? null, shard.fromStep, (divergedAt ?? shard.toStep) - 1);
    if (!got)
      return unless(due.length === 0, path, got, `rows of ${due.length} steps from ${due[0]} on, which the spec asks for`);
    const unfit = checkNames(`${path}.columns`, Object.keys(got.columns), columns);
    if (unfit.length > 0) return unfit;
    return [
      ...checkSteps(`${path}.step`, got.step, due, divergedAt),
      ...columns.flatMap((column) => checkColumn(`${path}.columns["${column}"]`, column, got, spec, divergedAt)),
      ...checkRelations(`${path}.columns`, name, got, training),
    ];
  });
}

function checkNames(path: string, got: readonly string[], want: readonly string[]): Fault[] {
  const missing = want.filter((name) => !got.includes(name));
  const unknown = got.filter((name) => !want.includes(name));
  return [
    ...missing.map((name) => ({ path: `${path}["${name}"]`, message: "got nothing, want this column" })),
    ...unknown.map((name) => ({ path: `${path}["${name}"]`, message: "got a column, want none of this name" })),
  ];
}

function checkColumn(
  path: string,
  column: string,
  { step, columns }: Measurement,
  spec: TrainingSpec,
  divergedAt: number | null,
) {
  const values: Column = columns[column] ?? [];
  if (isHistogram(column)) return checkHistograms(path, step, values, spec, divergedAt);
  const range = rangeOf(column);
  return values.flatMap((value, i): Fault[] => {
    if (Array.isArray(value)) return unless(false, `${path}[${i}]`, value, "a number or null");
    if (value === null) return [];
    const [low, high] = range;
    return [
      ...unless(value >= low && value <= high, `${path}[${i}]`, value, rangeText(range)),
      ...unless(isShort(value), `${path}[${i}]`, value, `six significant digits, ${Number(value.toPrecision(6))}`),
    ];
  });
}

/** More digits would be bytes without meaning, and plans are sized for six. */
export const isShort = (value: number): boolean => Number(value.toPrecision(6)) === value;
