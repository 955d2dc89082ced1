import { type Measurement, measurementColumns, type Measurements } from "../../shared/protocol/measurements.ts";
import { PROBE_NAMES } from "../../shared/protocol/probes.ts";
import type { TrainingSpec } from "../../shared/protocol/training-spec.ts";

/** One number for each quantity, such that all relations between them hold; made from the step, not measured. */
const QUANTITIES: Readonly<Record<string, (t: number) => number>> = {
  ...{ penalty: () => 0, norm: (t) => 1 + (t % 10) / 10, normSum: (t) => 2 + (t % 10) / 5 },
  ...{ difference: () => 0.25, differenceSum: () => 0.5 },
  ...{ l2: (t) => 1.2 + (t % 10) / 100, cosine: () => -0.5, normAfter: (t) => 1 + (t % 10) / 20 },
  ...{ mean: () => 0.125, meanNext: () => -0.125, variance: () => 4, varianceNext: () => 4.5, meanMove: () => 0.25 },
  ...{ varianceMove: () => 0.5, wasserstein: () => 0.01, deviation: () => 2 },
  ...{ meanShare: () => 0.1, dotShare: () => 0.2, dotPositive: () => 0.75, scale: () => 1.5, residual: () => 1e-7 },
};

/**
 * What the probes of a spec would hand in for a shard, as the protocol wants it.
 * @param loss the training loss at a step, which the landscape begins with
 */
export function measurementsOf(spec: TrainingSpec, fromStep: number, toStep: number, loss: (t: number) => number): Measurements {
  const columns = measurementColumns(spec);
  const bins = spec.probes?.activations?.bins ?? 0;
  const cell = (column: string, t: number): number | number[] => {
    const quantity = column.replace(/^random\./, "").replace(/[@.].*/, "");
    if (quantity === "histogram") return [-1, 1.5, ...Array.from({ length: bins }, (_, i) => (i === 0 ? 3 * spec.batchSize : 0))];
    return Number((quantity === "loss" ? loss(t) : QUANTITIES[quantity]!(t)).toPrecision(6));
  };
  return Object.fromEntries(
    PROBE_NAMES.flatMap((name) => {
      const [names, every] = [columns[name], spec.probes?.[name]?.every];
      if (!names || !every) return [];
      const step = Array.from({ length: toStep - fromStep }, (_, i) => fromStep + i).filter((t) => t % every === 0);
      const values = names.map((column) => [column, step.map((t) => cell(column, t))]);
      return [[name, { step, columns: Object.fromEntries(values) as Measurement["columns"] }]];
    }),
  );
}
