import type { TopLevelSpec } from "vega-lite";
import type { Colour } from "../styles/palette.ts";
import type { Columns } from "./chart-style.ts";

/** One chart of a figure, drawn on its own so that panels stand side by side on a desk and one under another on a phone. */
export interface Panel {
  readonly id: string;
  readonly spec: TopLevelSpec;
  /** What the chart shows, for who cannot see it. */
  readonly alt: string;
  /** How the pointer reads it: curves by how their values are written, histograms, lines over step sizes; null where it has nothing to read. */
  readonly hover: "percent" | "number" | "ridge" | "sweep" | null;
  /** What the chart is called, where its curves can be asked for. */
  readonly title?: string;
  /** Whose runs the curves of each name are. */
  readonly arms?: readonly PanelArm[];
}

/** The variant that stands behind a name of a panel. */
export interface PanelArm {
  readonly name: string;
  readonly experiment: string;
  readonly variant: string;
}

/** Panels that belong together: those of one network. */
export interface PanelGroup {
  readonly title: string | null;
  readonly columns: Columns;
  readonly panels: readonly Panel[];
}

/** A table as readers see it: every cell is text. */
export interface Table {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** What was left out to keep it readable, if anything. */
  readonly note: string | null;
  /** What stands there while there are no rows; without it, that nothing has been accepted. */
  readonly empty?: string;
}

/** The words below a table. */
export const wordsBelow = ({ rows, note, empty = "No rows yet: nothing has been accepted." }: Table): string | null =>
  rows.length === 0 ? empty : note;

/** A number behind a figure, in full precision: a row of its CSV and JSON. Accuracy is a fraction. */
export interface FigureRow {
  readonly panel: string;
  readonly quantity: string;
  readonly source: "this study" | "paper";
  readonly variant: string;
  /** A seed, or null for the median or mean over seeds (and for the paper's single run, which names none). */
  readonly seed: number | null;
  readonly step: number | null;
  /** Of the step along the gradient, where the figure's horizontal axis is that. */
  readonly stepSize: number | null;
  readonly value: number | null;
  /** Ends of the interval, of the band, or of the histogram's bin (then `value` is its count). */
  readonly low: number | null;
  readonly high: number | null;
  readonly seeds: number;
}

/** What a sign of a figure means. */
export type KeyItem =
  | { readonly kind: "series"; readonly name: string; readonly colour: Colour }
  | { readonly kind: "interval" | "range" | "second" | "paper-line" | "paper-points" | "time"; readonly name: string };

/** All that a page needs to show a figure, still or live. */
export interface Figure {
  readonly id: string;
  /** Which figure of the paper it reproduces, as NeurIPS counts. */
  readonly number: string;
  /** What arXiv's version 3 calls it, where that differs. */
  readonly inVersion3?: string;
  readonly title: string;
  /** Stands alone: what was trained, what is drawn, how many seeds, which interval. */
  readonly caption: string;
  readonly alt: string;
  /** False until the first accepted result. */
  readonly hasResults: boolean;
  readonly key: readonly KeyItem[];
  readonly groups: readonly PanelGroup[];
  /** The paper's whole curve, where ours is shorter; else empty. */
  readonly whole: readonly Panel[];
  readonly table: Table;
  readonly rows: readonly FigureRow[];
  /** The whole figure as one vega-lite chart, for downloads. */
  readonly spec: TopLevelSpec;
}
