import { OPENING_STEPS } from "../protocol/audit.ts";
import type { Plan } from "../protocol/experiment.ts";
import { canonicalJson } from "../math/json.ts";
import { sha256Hex } from "../math/sha256.ts";
import type { Column, Measurements } from "../protocol/measurements.ts";
import type { Series } from "../protocol/result.ts";

/** Parts that a deep linear shard of the plan's own length is committed in. */
const PARTS = 5;

/**
 * Steps between commits. Over so few, honest devices agree to a millionth whatever they are made of, and over forty no longer: with BatchNorm at rate
 * 0.1 a processor and WebAssembly part by then as far as somebody who skips steps. The deep linear network has nothing that could fall the other way,
 * and its shards are long.
 */
export function commitEvery({ shardSteps, spec }: Plan): number {
  return spec.network.family === "deep-linear" ? Math.max(OPENING_STEPS, Math.ceil(shardSteps / PARTS)) : OPENING_STEPS;
}

/** Where the interval ends that begins at `from`: at the next multiple of `every`, or at the shard's end. */
export const intervalEnd = (from: number, toStep: number, every: number): number =>
  Math.min(toStep, (Math.floor(from / every) + 1) * every);

/** The first step of the interval that holds `step`. */
export const intervalStart = (step: number, fromStep: number, every: number): number =>
  Math.max(fromStep, Math.floor(step / every) * every);

/** Rows of steps in [from, to). */
export function rowsBetween({ step, loss, accuracy }: Series, from: number, to: number): Series {
  const rows = step.flatMap((at, i) => (at >= from && at < to ? [i] : []));
  return {
    step: rows.map((i) => step[i]!),
    loss: rows.map((i) => loss[i] ?? null),
    accuracy: rows.map((i) => accuracy[i] ?? null),
  };
}

/** Rows of the measurements of steps in [from, to); null: there are none. */
export function measuredBetween(measurements: Measurements, from: number, to: number): Measurements | null {
  const parts = Object.entries(measurements).flatMap(([probe, { step, columns }]) => {
    const rows = step.flatMap((at, i) => (at >= from && at < to ? [i] : []));
    if (rows.length === 0) return [];
    const cut = Object.entries(columns).map(([name, values]) => [name, rows.map((i) => values[i]!)] as [string, Column]);
    return [[probe, { step: rows.map((i) => step[i]!), columns: Object.fromEntries(cut) }] as const];
  });
  return parts.length === 0 ? null : Object.fromEntries(parts);
}

/** What a commit binds of them. */
export const measuredHash = (rows: Measurements | null): { measured?: string } =>
  rows === null ? {} : { measured: sha256Hex(canonicalJson(rows)) };
