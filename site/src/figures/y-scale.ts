import { percent, short } from "../words.ts";

/** How a quantity is laid out on the vertical axis. */
export interface YAxis {
  readonly kind: "linear" | "log";
  readonly format: "percent" | "number";
  /** Both ends where they are known; otherwise they follow from the values. */
  readonly domain?: readonly [number, number];
  /** A value that a linear axis holds in any case, mostly 0. */
  readonly holds?: number;
}

export interface YScale {
  readonly kind: "linear" | "log";
  readonly domain: readonly [number, number];
  readonly ticks: readonly number[];
  readonly labels: readonly string[];
  /** Share of the axis below a value, and the value at a share. */
  readonly share: (value: number) => number;
  readonly at: (share: number) => number;
  /** Whether some of the paper's values lie outside. */
  readonly clipsPaper: boolean;
}

/** How much longer the axis may become for the paper's sake, before its curve is rather cut off. */
const FOR_PAPER = 0.6;

/** Ends, ticks and labels for these values: ours in full, the paper's as far as they do not press ours together. */
export function yScale({ kind, format, domain, holds }: YAxis, own: readonly number[], paper: readonly number[]): YScale {
  const log = kind === "log";
  const into = log ? Math.log10 : (value: number) => value;
  const back = log ? (value: number) => 10 ** value : (value: number) => value;
  const usable = (values: readonly number[]) => values.filter((value) => Number.isFinite(value) && (!log || value > 0)).map(into);
  const ours = usable(own);
  const theirs = usable(paper);
  const [low, high] = domain ? [into(domain[0]), into(domain[1])] : ends(ours, theirs, log, holds);
  const ticks = log ? logTicks(low, high) : linearTicks(low, high);
  return {
    kind,
    domain: [back(low), back(high)],
    ticks,
    labels: ticks.map((tick) =>
      format === "percent" ? percent(tick, 0) : log && tick >= 10_000 ? tick.toExponential().replace("+", "") : short(tick),
    ),
    share: (value) => (into(value) - low) / (high - low),
    at: (share) => back(low + share * (high - low)),
    clipsPaper: theirs.some((value) => value < low - 1e-9 || value > high + 1e-9),
  };
}

function ends(ours: readonly number[], theirs: readonly number[], log: boolean, holds: number | undefined): [number, number] {
  const first = ours.length > 0 ? ours : theirs;
  if (first.length === 0) return [0, 1];
  let low = Math.min(...first, ...(holds === undefined || log ? [] : [holds]));
  let high = Math.max(...first, ...(holds === undefined || log ? [] : [holds]));
  const room = FOR_PAPER * Math.max(high - low, log ? 0.5 : Math.abs(high) * 0.05);
  low = Math.min(low, Math.max(low - room, least(theirs, low)));
  high = Math.max(high, Math.min(high + room, most(theirs, high)));
  const pad = 0.04 * (high - low || (log ? 1 : Math.abs(high) || 1));
  const nice = log ? 0 : pad;
  return [holds !== undefined && low === holds ? low : low - (log ? pad : nice), high + pad];
}

const least = (values: readonly number[], otherwise: number) => values.reduce((a, b) => Math.min(a, b), otherwise);
const most = (values: readonly number[], otherwise: number) => values.reduce((a, b) => Math.max(a, b), otherwise);

function linearTicks(low: number, high: number): number[] {
  const raw = (high - low) / 4;
  const size = 10 ** Math.floor(Math.log10(raw));
  const step = size * ([1, 2, 2.5, 5].find((one) => one * size >= raw) ?? 10);
  const first = Math.ceil(low / step - 1e-9);
  return Array.from({ length: Math.floor(high / step + 1e-9) - first + 1 }, (_, i) => clean((first + i) * step));
}

/** Powers of ten, thinned to at most six; with 2 and 5 between them where there is hardly one. */
function logTicks(low: number, high: number): number[] {
  const powers = Array.from({ length: Math.floor(high) - Math.ceil(low) + 1 }, (_, i) => Math.ceil(low) + i);
  if (powers.length > 1) {
    const stride = Math.ceil(powers.length / 6);
    return powers.filter((power) => power % stride === 0).map((power) => clean(10 ** power));
  }
  const floor = Math.floor(low);
  const between = [floor, floor + 1].flatMap((power) => [1, 2, 5].map((one) => clean(one * 10 ** power)));
  const inside = between.filter((tick) => Math.log10(tick) >= low && Math.log10(tick) <= high);
  return inside.length > 1 ? inside : linearTicks(10 ** low, 10 ** high).filter((tick) => tick > 0);
}

const clean = (value: number) => Number(value.toPrecision(12));
