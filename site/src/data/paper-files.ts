import { readPaper } from "../../../shared/paper/paper.ts";

const files = import.meta.glob<string>("../../../shared/paper/curves/*.csv", { query: "?raw", import: "default", eager: true });

/** The paper's curves, digitised. */
export const paper = readPaper(
  Object.fromEntries(Object.entries(files).map(([path, csv]) => [path.slice(path.lastIndexOf("/") + 1, -".csv".length), csv])),
);
