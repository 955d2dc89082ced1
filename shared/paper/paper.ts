import type { Band, Curve } from "../metrics/curve.ts";
import { type Plot, plots } from "./figures.ts";
import { parseBand, parseCurve, parseSweep, type Sweep } from "./parse.ts";

/** What of a plot is asked for; what is left out may be anything, and the first that fits is given. */
export type PlotQuery = Partial<Omit<Plot, "file">>;

/** The paper's digitised curves: accuracies as fractions, steps from 0, everything else in the figure's unit. Null where the paper shows none. */
export interface Paper {
  curve(of: PlotQuery): Curve | null;
  band(of: PlotQuery): Band | null;
  sweep(of: PlotQuery): Sweep | null;
}

/** @param texts the files of shared/paper/curves by name without `.csv`, or only those that are needed */
export function readPaper(texts: Readonly<Record<string, string>>): Paper {
  const parsed = new Map<Plot, unknown>();
  const read =
    <T>(parse: (csv: string, plot: Plot) => T, fits: (plot: Plot) => boolean) =>
    (of: PlotQuery): T | null => {
      const plot = plots.find((one) => fits(one) && matches(one, of) && texts[one.file] !== undefined);
      if (!plot) return null;
      const known = parsed.get(plot) as T | undefined;
      const found = known ?? parse(texts[plot.file]!, plot);
      parsed.set(plot, found);
      return found;
    };
  return {
    curve: read((csv, { quantity }) => parseCurve(csv, quantity.endsWith("accuracy") ? 0.01 : 1), isCurve),
    band: read(parseBand, ({ quantity }) => quantity.endsWith("-band")),
    sweep: read(parseSweep, ({ quantity }) => quantity.endsWith("-sweep")),
  };
}

const isCurve = ({ quantity }: Plot) => !/-(band|sweep)$/.test(quantity);

const matches = (plot: Plot, of: PlotQuery) =>
  (Object.keys(of) as (keyof PlotQuery)[]).every((key) => of[key] === undefined || plot[key] === of[key]);
