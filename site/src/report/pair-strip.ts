import type { Judgement, Pair } from "../../../shared/protocol/verdicts.ts";
import { short } from "../words.ts";
import type { ClaimShape } from "./claim-words.ts";

/** Drawn in pixels and shown at that size, so that its text is readable everywhere. */
const HEIGHT = 52;
const MIDDLE = 20;
const DOT = 3.5;

/**
 * A claim's pairs as dots along their difference (of logarithms, for a ratio), one dot a seed: filled where it counts, hollow where it waits for an
 * earlier seed. Behind them the interval, the line of no difference, and the paper's effect as a triangle.
 */
export function pairStrip(shape: ClaimShape, { pairs, estimate }: Judgement, width: number): string {
  const scaled = (value: number) => (shape.scale === "log" ? Math.log(value) : value);
  const label = (value: number) =>
    shape.scale === "log" ? `${short(Math.exp(value), 2)}×` : short(value * shape.unit.perOne, 2);
  const drawn = pairs.filter(({ state, difference }) => state !== "open" && difference !== null);
  const effects = [
    { value: shape.effect.figure, filled: false, name: "the paper’s figure" },
    { value: shape.effect.text, filled: true, name: "the paper’s text" },
  ].flatMap(({ value, ...rest }) =>
    value === null || !(shape.scale === "linear" || value > 0) ? [] : [{ ...rest, at: scaled(value) }],
  );
  const margin = shape.rule.kind === "equivalence" ? Math.abs(scaled(shape.rule.margin)) : null;
  const values = [
    0,
    ...drawn.map(({ difference }) => difference!),
    ...effects.map(({ at }) => at),
    ...(margin === null ? [] : [-margin, margin]),
  ];
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const room = (high - low || 1) * 0.06;
  const x = (value: number) => round(8 + ((value - low + room) / (high - low + 2 * room || 1)) * (width - 16));
  const within = (value: number) => Math.max(low - room, Math.min(high + room, value));

  const band = (from: number, to: number, y: number, height: number, style: string) =>
    `<rect x="${x(within(from))}" y="${y}" width="${round(x(within(to)) - x(within(from)))}" height="${height}" rx="${height / 2}" style="${style}"/>`;
  const parts = [
    margin === null
      ? ""
      : `<rect x="${x(-margin)}" y="4" width="${round(x(margin) - x(-margin))}" height="32" style="fill:var(--rule);opacity:.6"/>`,
    `<path d="M0 ${MIDDLE}H${width}" style="stroke:var(--rule)"/>`,
    `<path d="M${x(0)} 4V36" style="stroke:var(--edge)"/>`,
    estimate?.low == null || estimate.high === null
      ? ""
      : band(scaled(estimate.low), scaled(estimate.high), MIDDLE - 4, 8, "fill:var(--muted);opacity:.3"),
    ...effects.map(
      ({ at, filled, name }) =>
        `<path d="M${x(at) - 5} 1h10l-5 8z" style="fill:${filled ? "var(--ink)" : "var(--page)"};stroke:var(--ink)"><title>${name}</title></path>`,
    ),
    ...dots(drawn, x),
    ...axis([low, 0, high], x, label, width),
  ];
  return `<svg class="strip" viewBox="0 0 ${width} ${HEIGHT}" width="${width}" height="${HEIGHT}" role="img" aria-label="${stripWords(drawn, label)}">${parts.join("")}</svg>`;
}

/** Dots that would cover each other step aside. */
function dots(drawn: readonly Pair[], x: (value: number) => number): string[] {
  const placed: { x: number; y: number }[] = [];
  return drawn
    .toSorted((a, b) => a.difference! - b.difference!)
    .map(({ seed, state, difference }) => {
      const at = x(difference!);
      const isFree = (y: number) => placed.every((dot) => Math.hypot(dot.x - at, dot.y - y) >= 2 * DOT - 1);
      const y = MIDDLE + ([0, -6, 6, -12, 12].find((step) => isFree(MIDDLE + step)) ?? 0);
      placed.push({ x: at, y });
      const style = state === "counted" ? "fill:var(--ink)" : "fill:var(--page);stroke:var(--ink)";
      return `<circle cx="${at}" cy="${y}" r="${state === "counted" ? DOT : DOT - 0.5}" style="${style}"><title>seed ${seed}${state === "counted" ? "" : `, ${state === "ahead" ? "waits for an earlier seed" : "a tie"}`}</title></circle>`;
    });
}

/** The ends and the line of no difference, where there is room for each. */
function axis(ends: readonly number[], x: (value: number) => number, label: (value: number) => string, width: number): string[] {
  const shown: number[] = [];
  return [ends[1]!, ends[0]!, ends[2]!].flatMap((value) => {
    if (shown.some((other) => Math.abs(x(other) - x(value)) < 44)) return [];
    shown.push(value);
    const anchor = x(value) < 24 ? "start" : x(value) > width - 24 ? "end" : "middle";
    const at = anchor === "start" ? 2 : anchor === "end" ? width - 2 : x(value);
    return [`<text x="${at}" y="${HEIGHT - 2}" text-anchor="${anchor}">${label(value)}</text>`];
  });
}

function stripWords(drawn: readonly Pair[], label: (value: number) => string): string {
  if (drawn.length === 0) return "No pair of runs is finished yet.";
  const values = drawn.map(({ difference }) => difference!).sort((a, b) => a - b);
  const pairs = `${drawn.length} ${drawn.length === 1 ? "pair" : "pairs"} of runs`;
  return drawn.length === 1
    ? `${pairs}, at ${label(values[0]!)}.`
    : `${pairs}, from ${label(values[0]!)} to ${label(values.at(-1)!)}.`;
}

const round = (value: number) => Math.round(value * 10) / 10;
