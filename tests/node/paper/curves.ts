import { readdirSync, readFileSync } from "node:fs";

const folder = new URL("../../../shared/paper/curves/", import.meta.url);

/** The digitised files as they stand in the repository, by name without `.csv`. */
export const paperTexts: Readonly<Record<string, string>> = Object.fromEntries(
  readdirSync(folder)
    .filter((name) => name.endsWith(".csv"))
    .map((name) => [name.slice(0, -".csv".length), readFileSync(new URL(name, folder), "utf8")]),
);
