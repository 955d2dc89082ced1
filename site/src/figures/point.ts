import type { Panel, PanelArm } from "./figure.ts";

/** A point of a panel's curve or band, as it is drawn. */
export interface Point {
  readonly series: string;
  readonly step: number;
  /** Absent for a band. */
  readonly value?: number;
  readonly low: number | null;
  readonly high: number | null;
  readonly n: number;
}

/** The points of a curve that can be asked for: medians or means over seeds, or a band's two ends. */
export function pointsOf({ spec }: Panel, arm: PanelArm): readonly Point[] {
  const { datasets = {} } = spec as { datasets?: Readonly<Record<string, readonly Point[]>> };
  return [...(datasets["middle"] ?? []), ...(datasets["band"] ?? [])].filter(({ series }) => series === arm.name);
}

/** The drawn point nearest to a step; null where none is drawn. */
export function nearestPoint(points: readonly Point[], step: number): Point | null {
  const distance = (point: Point) => Math.abs(point.step - step);
  return points.reduce<Point | null>((best, one) => (best === null || distance(one) < distance(best) ? one : best), null);
}

/** "45.3%, interval 41.2% to 49.0%, 5 seeds" @param say how the panel writes its values */
export function pointWords({ value, low, high, n }: Point, say: (value: number) => string): string {
  const range = low === null || high === null ? null : `${say(low)} to ${say(high)}`;
  const words = value === undefined ? range : [say(value), range && `interval ${range}`].filter(Boolean).join(", ");
  return `${words ?? "no value"}, ${n} seed${n === 1 ? "" : "s"}`;
}
