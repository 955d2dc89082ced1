import { percent, short } from "../words.ts";
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
  /** Where it is one seed's alone. */
  readonly seed?: number;
}

/** What of a panel can be asked for: medians or means over seeds, a band's two ends, histograms, or lines over step sizes. */
export function pointsOf({ spec }: Panel, arm: PanelArm): readonly Point[] {
  const { datasets = {} } = spec as { datasets?: Readonly<Record<string, readonly Point[]>> };
  return ["middle", "band", "places"].flatMap((name) => datasets[name] ?? []).filter(({ series }) => series === arm.name);
}

/** The drawn point nearest to a step; null where none is drawn. */
export function nearestPoint(points: readonly Point[], step: number): Point | null {
  const distance = (point: Point) => Math.abs(point.step - step);
  return points.reduce<Point | null>((best, one) => (best === null || distance(one) < distance(best) ? one : best), null);
}

/** "45.3%, interval 41.2% to 49.0%, 5 seeds", as the panel writes its values. */
export function pointWords({ value, low, high, n }: Point, hover: Panel["hover"]): string {
  const say = hover === "percent" ? percent : short;
  const range = low === null || high === null ? null : `${say(low)} to ${say(high)}`;
  const seeds = `${n} seed${n === 1 ? "" : "s"}`;
  if (hover === "ridge") return `mean ${say(value ?? 0)}, deviation ${say(((high ?? 0) - (low ?? 0)) / 2)}, one seed’s histogram`;
  if (hover === "sweep") return range ? `${range} from the smallest size of step to the largest, ${seeds}` : "no finite value";
  const words = value === undefined ? range : [say(value), range && `interval ${range}`].filter(Boolean).join(", ");
  return `${words ?? "no value"}, ${seeds}`;
}
