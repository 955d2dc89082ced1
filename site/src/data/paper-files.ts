import { parseCurve, type PaperCurves } from "./paper-curves.ts";

const files = import.meta.glob<string>("../../../shared/paper/curves/fig1[ab]_*.csv", { query: "?raw", import: "default", eager: true });

/** Figure 1 of the paper, digitised. */
export const paperCurves: PaperCurves = Object.fromEntries(
  Object.entries(files).map(([path, csv]) => [path.slice(path.lastIndexOf("/") + 1, -".csv".length), parseCurve(csv)]),
);
