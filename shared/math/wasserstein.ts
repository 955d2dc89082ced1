/**
 * Wasserstein-1 distance of two samples of one size: the mean distance of their order statistics.
 * @throws RangeError when the sizes differ or are 0
 */
export function wasserstein1(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length || a.length === 0)
    throw new RangeError(`wasserstein1: got ${a.length} and ${b.length} numbers, want as many in both, and some`);
  const [first, second] = [Float64Array.from(a).sort(), Float64Array.from(b).sort()];
  return first.reduce((sum, x, i) => sum + Math.abs(x - second[i]!), 0) / first.length;
}
