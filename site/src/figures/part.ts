import type { FigureRow, KeyItem, Panel } from "./figure.ts";

/** A panel with what the figure as a whole must know of it. */
export interface Part {
  readonly panel: Panel;
  readonly key: readonly KeyItem[];
  /** Cells for the figure's table: `TABLE_COLUMNS`. */
  readonly cells: readonly (readonly string[])[];
  readonly rows: readonly FigureRow[];
  readonly hasResults: boolean;
  /** The most seeds that a point of it stands on. */
  readonly seeds: number;
  /** Runs that ended early, as "variant, seed". */
  readonly diverged: readonly string[];
  readonly showsPaper: boolean;
  readonly clipsPaper: boolean;
}

/** Columns of the table under a figure: five places along training, so that runs of any length read alike. */
export const TABLE_COLUMNS = [
  "Panel",
  "Network",
  "First",
  "25%",
  "50%",
  "75%",
  "Last",
  "Last step",
  "Seeds",
  "Paper there",
] as const;

/** The first, the last, and three points between. */
export const fivePoints = <T>(all: readonly T[]): readonly (T | undefined)[] =>
  [0, 0.25, 0.5, 0.75, 1].map((share) => all[Math.round(share * (all.length - 1))]);
