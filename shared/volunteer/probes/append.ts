import type { Measurements } from "../../protocol/measurements.ts";
import { PROBE_NAMES } from "../../protocol/probes.ts";
import type { Rows } from "./row.ts";

/** Adds the rows of a step to what a shard has measured so far. */
export function appendRows(measurements: Measurements, step: number, rows: Rows): void {
  for (const name of PROBE_NAMES) {
    const row = rows[name];
    if (!row) continue;
    const measurement = (measurements[name] ??= { step: [], columns: {} });
    measurement.step.push(step);
    for (const [column, value] of Object.entries(row)) {
      const values = (measurement.columns[column] ??= []) as (typeof value)[];
      values.push(value);
    }
  }
}
