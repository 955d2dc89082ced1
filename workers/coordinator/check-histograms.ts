import type { Column } from "../../shared/protocol/measurements.ts";
import type { TrainingSpec } from "../../shared/protocol/training-spec.ts";
import { type Fault, unless } from "./fault.ts";

/**
 * Rows of [low, high, ...counts]: low < high, as many counts as bins, and together all values of one channel: a multiple of the batch (times
 * the pixels of a convolution), the same in every row. Only where the run diverged may values be missing: they were not finite.
 */
export function checkHistograms(
  path: string,
  step: readonly number[],
  rows: Column,
  { probes, batchSize }: Pick<TrainingSpec, "probes" | "batchSize">,
  divergedAt: number | null,
): Fault[] {
  const bins = probes?.activations?.bins ?? 0;
  let agreed: number | null = null;
  return rows.flatMap((row, i): Fault[] => {
    const at = `${path}[${i}]`;
    if (!Array.isArray(row)) return unless(false, at, row, "a histogram: [low, high, ...counts]");
    const [low = NaN, high = NaN, ...counts] = row;
    if (counts.length !== bins) {
      return [{ path: at, message: `got ${row.length} numbers, want ${bins + 2}: low, high and ${bins} counts` }];
    }
    const odd = counts.findIndex((count) => !Number.isInteger(count) || count < 0);
    if (odd >= 0) return unless(false, `${at}[${odd + 2}]`, counts[odd], "a count: a whole number of 0 or more");
    const faults = unless(low < high, at, [low, high], "low < high");
    if (step[i] === divergedAt) return faults;
    const total = counts.reduce((sum, count) => sum + count, 0);
    agreed ??= total;
    return [
      ...faults,
      ...unless(total > 0 && total % batchSize === 0, at, total, `counts of a multiple of the batch of ${batchSize} values`),
      ...unless(total === agreed, at, total, `counts of ${agreed} values, as in the first row`),
    ];
  });
}
