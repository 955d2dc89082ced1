import { PROBE_NAMES } from "./probes.ts";
import type { PlanSpec, TrainingSpec } from "./training-spec.ts";

const divisor = (a: number, b: number): number => (b === 0 ? a : divisor(b, a % b));

/**
 * Steps of the grid on which a run is cut into shards: every step at which something is recorded, evaluated or measured lies on it. A volunteer that leaves
 * may hand in as little as this.
 */
export function gridOf({ recordEvery, evaluateEvery, probes }: PlanSpec | TrainingSpec): number {
  const rhythms = [recordEvery, evaluateEvery ?? 0, ...PROBE_NAMES.map((name) => probes?.[name]?.every ?? 0)];
  return rhythms.reduce(divisor);
}
