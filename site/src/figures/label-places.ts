/**
 * Moves labels apart along one axis so that none overlaps the next, keeping their order and moving each as little as the
 * others allow.
 * @param wanted places in any unit
 * @param gap least distance between neighbours, in the same unit
 * @param low @param high the range they must stay in
 */
export function placeLabels(wanted: readonly number[], gap: number, low: number, high: number): number[] {
  const order = wanted.map((_, index) => index).sort((a, b) => wanted[a]! - wanted[b]!);
  const placed = [...wanted];
  let floor = low;
  for (const index of order) {
    placed[index] = Math.max(wanted[index]!, floor);
    floor = placed[index] + gap;
  }
  let ceiling = high;
  for (const index of order.reverse()) {
    placed[index] = Math.min(placed[index]!, ceiling);
    ceiling = placed[index] - gap;
  }
  return placed;
}
