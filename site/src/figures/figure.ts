import type { TopLevelSpec } from "vega-lite";

/** One chart of a figure, drawn on its own so that panels stand side by side on a desk and one under another on a phone. */
export interface Panel {
  readonly id: string;
  readonly spec: TopLevelSpec;
  /** What the chart shows, for who cannot see it. */
  readonly alt: string;
}

/** A table as readers see it: every cell is text. */
export interface Table {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** What was left out to keep it readable, if anything. */
  readonly note: string | null;
}

/** A number behind a figure, in full precision: a row of its CSV and JSON. Accuracy is a fraction. */
export interface FigureRow {
  readonly source: "this study" | "paper";
  readonly variant: string;
  /** A seed, or null for the mean over seeds (and for the paper's single run, which names none). */
  readonly seed: number | null;
  readonly step: number;
  readonly accuracy: number;
  readonly low: number | null;
  readonly high: number | null;
  readonly seeds: number;
}

/** All that a page needs to show a figure, still or live. */
export interface Figure {
  readonly id: string;
  /** Which figure of the paper it reproduces. */
  readonly number: string;
  readonly title: string;
  /** Stands alone: what was trained, what is drawn, how many seeds, which interval. */
  readonly caption: string;
  readonly alt: string;
  /** False until the first accepted result. */
  readonly hasResults: boolean;
  readonly panels: readonly Panel[];
  /** The paper's whole curve, where ours is shorter; else empty. */
  readonly whole: readonly Panel[];
  readonly table: Table;
  readonly rows: readonly FigureRow[];
  /** The whole figure as one vega-lite chart, for downloads. */
  readonly spec: TopLevelSpec;
}
