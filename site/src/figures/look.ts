import type { TopLevelSpec } from "vega-lite";

/** How a reader looks at a figure's charts: what is drawn, and along which axis. */
export interface Look {
  /** Each seed's own curve. */
  readonly seeds: boolean;
  /** The paper's curves. */
  readonly paper: boolean;
  /** Curves as medians over neighbouring points. */
  readonly smooth: boolean;
  /** Steps on an axis that gives their beginning room. */
  readonly logSteps: boolean;
}

/** As the page draws a figure. */
export const USUAL: Look = { seeds: true, paper: true, smooth: false, logSteps: false };

/** Points on either side that a smoothed point is the median of. */
export const NEIGHBOURS = 5;

const SEEDS = ["seeds", "bandSeeds"];
const PAPER = ["paper", "paperBand"];
const OURS = ["middle", "seeds", "second", "band", "bandSeeds", "ownSeeds", "ownBandSeeds"];

interface Layer {
  readonly data: { readonly name?: string };
  readonly transform?: readonly object[];
}

interface Layered {
  readonly datasets?: Readonly<Record<string, readonly object[]>>;
  readonly encoding?: { readonly x?: StepAxis };
  readonly layer?: readonly Layer[];
}

interface StepAxis {
  readonly field: string;
  readonly scale: { readonly domain: readonly [number, number] };
  readonly axis: object;
}

/** What a reader can change of these charts: nothing where they are no curves along steps. */
export function choicesOf(specs: readonly TopLevelSpec[]): readonly (keyof Look)[] {
  const all = specs.map((spec) => spec as unknown as Layered);
  const has = (names: readonly string[], least: number) =>
    all.some(({ datasets = {} }) => names.some((name) => (datasets[name]?.length ?? 0) >= least));
  const alongSteps = all.some((spec) => alongStepsOf(spec) !== null);
  return [
    ...(has(SEEDS, 1) ? (["seeds"] as const) : []),
    ...(has(PAPER, 1) ? (["paper"] as const) : []),
    ...(alongSteps && has(OURS, 4 * NEIGHBOURS) ? (["smooth"] as const) : []),
    ...(alongSteps ? (["logSteps"] as const) : []),
  ];
}

/** A chart as a reader wants to look at it; its data stay as they are. */
export function seenAs(spec: TopLevelSpec, look: Look): TopLevelSpec {
  const chart = spec as unknown as Layered;
  if (!chart.layer) return spec;
  const hidden = new Set([...(look.seeds ? [] : SEEDS), ...(look.paper ? [] : PAPER)]);
  const steps = alongStepsOf(chart);
  const layer = chart.layer
    .filter(({ data }) => data.name === undefined || !hidden.has(data.name))
    .map((one) => (look.smooth && steps && OURS.includes(one.data.name ?? "") ? smoothed(one) : one));
  const encoding = look.logSteps && steps ? { ...chart.encoding, x: logarithmic(steps) } : chart.encoding;
  return { ...chart, ...(encoding && { encoding }), layer } as unknown as TopLevelSpec;
}

const alongStepsOf = ({ encoding }: Layered): StepAxis | null => (encoding?.x?.field === "step" ? encoding.x : null);

/** Medians over neighbours, each curve by itself: on a log axis a mean would follow its greatest point. */
function smoothed(layer: Layer): Layer {
  const medians = ["value", "low", "high"].map((field) => ({ op: "median", field, as: field }));
  const window = {
    window: medians,
    frame: [-NEIGHBOURS, NEIGHBOURS],
    groupby: ["series", "seed", "stretch"],
    sort: [{ field: "step" }],
  };
  return { ...layer, transform: [...(layer.transform ?? []), window] };
}

/** Linear up to 10 steps, so that step 0 has a place, and logarithmic from there. */
function logarithmic({ axis, ...x }: StepAxis): object {
  const [, end] = x.scale.domain;
  const powers = [0, 10, 100, 1000, 10_000, 100_000].filter((step) => step < end / 2);
  return {
    ...x,
    scale: { type: "symlog", constant: 10, domain: x.scale.domain, nice: false },
    axis: { ...axis, title: "Step, log axis", values: [...powers, end] },
  };
}
