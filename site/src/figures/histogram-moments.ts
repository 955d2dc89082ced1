import type { Histogram } from "../../../shared/math/histogram.ts";

/** Mean and deviation read off a histogram, each value at its bin's middle. */
export function moments({ low, high, counts }: Histogram): { mean: number; deviation: number } {
  const width = (high - low) / counts.length;
  const total = counts.reduce((sum, count) => sum + count, 0) || 1;
  const middle = (bin: number) => low + (bin + 0.5) * width;
  const mean = counts.reduce((sum, count, bin) => sum + count * middle(bin), 0) / total;
  const variance = counts.reduce((sum, count, bin) => sum + count * (middle(bin) - mean) ** 2, 0) / total;
  return { mean, deviation: Math.sqrt(variance) };
}
