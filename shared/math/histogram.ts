/** Counts in equal bins over [low, high]; numbers outside go to the first or the last bin, so nothing is lost. */
export interface Histogram {
  readonly low: number;
  readonly high: number;
  readonly counts: readonly number[];
}

/**
 * Bins numbers for a ridge plot.
 * @throws RangeError unless low < high and there is a bin; TypeError at a number that is not finite
 */
export function histogram(
  numbers: ArrayLike<number>,
  { low, high, bins }: { low: number; high: number; bins: number },
): Histogram {
  if (!(low < high) || bins < 1)
    throw new RangeError(`histogram: got [${low}, ${high}] in ${bins} bins, want low < high and a bin`);
  const counts = new Array<number>(bins).fill(0);
  for (let i = 0; i < numbers.length; i++) {
    const x = numbers[i]!;
    if (!Number.isFinite(x)) throw new TypeError(`histogram: numbers[${i}]: got ${x}, want a finite number`);
    const bin = Math.min(bins - 1, Math.max(0, Math.floor(((x - low) / (high - low)) * bins)));
    counts[bin] = counts[bin]! + 1;
  }
  return { low, high, counts };
}
