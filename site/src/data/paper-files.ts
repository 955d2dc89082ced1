import { readPaper } from "../../../shared/paper/paper.ts";

const files = import.meta.glob<string>("../../../shared/paper/curves/fig1[ab]_*.csv", { query: "?raw", import: "default", eager: true });

/** The paper's curves, as far as the page shows them. */
export const paper = readPaper(
  Object.fromEntries(Object.entries(files).map(([path, csv]) => [path.slice(path.lastIndexOf("/") + 1, -".csv".length), csv])),
);
