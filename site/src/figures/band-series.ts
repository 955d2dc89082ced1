import type { Band } from "../../../shared/metrics/curve.ts";
import { overSeeds } from "../../../shared/metrics/over-seeds.ts";
import type { RunMetrics } from "../../../shared/protocol/snapshot.ts";
import type { Colour } from "../styles/palette.ts";
import type { Arm } from "./arms.ts";

export interface Range {
  readonly step: number;
  readonly low: number;
  readonly high: number;
}

/** A range along training (least to greatest over step sizes): its ends' medians over seeds, each seed's, and the paper's. */
export interface BandSeries {
  readonly name: string;
  readonly colour: Colour;
  readonly experiment: string;
  readonly variant: string;
  readonly middle: readonly (Range & { readonly n: number })[];
  readonly seeds: readonly (Range & { readonly seed: number })[];
  readonly paper: readonly Range[];
}

/** A band of an arm's runs. Steps at which an end is not finite in every seed are left out. */
export function bandSeriesOf(
  { name, colour, experiment, variant, runs }: Arm,
  metric: (run: RunMetrics) => Band,
  paper: Band | null,
): BandSeries {
  const bands = runs.map((run) => ({ seed: run.seed, band: metric(run) }));
  const low = overSeeds(bands.map(({ band }) => ({ step: band.step, value: band.low })));
  const high = overSeeds(bands.map(({ band }) => ({ step: band.step, value: band.high })));
  const highAt = new Map(high.step.map((step, i) => [step, { value: high.median[i]!, n: high.n[i]! }]));
  return {
    ...{ name, colour, experiment, variant },
    middle: low.step.flatMap((step, i) => {
      const top = highAt.get(step);
      return top ? [{ step, low: low.median[i]!, high: top.value, n: top.n }] : [];
    }),
    seeds: bands.flatMap(({ seed, band }) => ranges(band).map((range) => ({ seed, ...range }))),
    paper: paper ? ranges(paper) : [],
  };
}

const ranges = ({ step, low, high }: Band): Range[] =>
  step.flatMap((at, i) => (low[i] == null || high[i] == null ? [] : [{ step: at, low: low[i], high: high[i] }]));
