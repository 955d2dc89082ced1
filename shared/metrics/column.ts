import type { ProbeName } from "../protocol/probes.ts";
import type { RunMetrics } from "../protocol/snapshot.ts";
import type { Curve } from "./curve.ts";

/** What is read of a run: everything else about it does not matter to a metric. */
export type Measured = Pick<RunMetrics, "measurements" | "training" | "evaluation">;

/**
 * A column of a probe's measurements; empty where the run has none of that probe (yet).
 * @throws RangeError when the probe has no such column of numbers: the plan measured other layers or step sizes
 */
export function column(run: Measured, probe: ProbeName, name: string): Curve {
  const measured = run.measurements[probe];
  if (!measured) return { step: [], value: [] };
  const value = measured.columns[name];
  if (!value) {
    throw new RangeError(`${probe}: got no column ${name}, want one of ${Object.keys(measured.columns).join(", ")}`);
  }
  return { step: measured.step, value: value.map((one) => (typeof one === "number" ? one : null)) };
}
