import { median } from "../../../shared/math/median.ts";
import { plural, short } from "../words.ts";
import type { BandSeries } from "./band-series.ts";
import type { Series } from "./series.ts";

/** What curves show, from their numbers: where each stands at its end, and how they lie to each other. */
export function describeSeries(series: readonly Series[], say: (value: number) => string): string {
  const ends = series.map(({ name, middle }) => {
    const last = middle.at(-1);
    if (!last) return `${name}: no results yet.`;
    const interval = last.low === null || last.high === null ? "" : `, interval ${say(last.low)} to ${say(last.high)}`;
    return `${name}: ${say(last.value)} at step ${last.step.toLocaleString("en")}${interval}, ${plural(last.n, "seed")}.`;
  });
  return [...ends, order(series)].filter(Boolean).join(" ");
}

/** Two curves: at how many steps one is above. More: their order at the last step that all have. */
function order(series: readonly Series[]): string {
  const found = series.filter(({ middle }) => middle.length > 0);
  const [first, second] = found;
  if (!first || !second) return "";
  const at = found.map(({ middle }) => new Map(middle.map(({ step, value }) => [step, value])));
  const shared = [...at[0]!.keys()].filter((step) => at.every((one) => one.has(step)));
  if (shared.length === 0) return "";
  if (found.length === 2) {
    const above = shared.filter((step) => at[1]!.get(step)! > at[0]!.get(step)!).length;
    return `${second.name} is above ${first.name} at ${above} of ${plural(shared.length, "shared step")}.`;
  }
  const last = shared.at(-1)!;
  const names = found.map(({ name }, i) => ({ name, value: at[i]!.get(last)! })).sort((a, b) => b.value - a.value);
  return `From highest to lowest at step ${last.toLocaleString("en")}: ${names.map(({ name }) => name).join(", ")}.`;
}

/** How wide bands are: the greatest over the least, as the median over steps. */
export function describeBands(bands: readonly BandSeries[]): string {
  return bands
    .map(({ name, middle }) => {
      const last = middle.at(-1);
      if (!last) return `${name}: no results yet.`;
      const ratios = middle.filter(({ low }) => low > 0).map(({ low, high }) => high / low);
      const wide = ratios.length > 0 ? `, the greatest ${short(median(ratios), 2)} times the least in the median over steps` : "";
      return `${name}: ${short(last.low)} to ${short(last.high)} at step ${last.step.toLocaleString("en")}${wide}, ${plural(last.n, "seed")}.`;
    })
    .join(" ");
}
