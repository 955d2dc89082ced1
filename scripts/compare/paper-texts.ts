import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";

const FOLDER = path.resolve(import.meta.dirname, "../../shared/paper/curves");

/** The paper's digitised files by name without `.csv`. */
export const paperTexts = (): Record<string, string> =>
  Object.fromEntries(
    readdirSync(FOLDER)
      .filter((name) => name.endsWith(".csv"))
      .map((name) => [name.slice(0, -".csv".length), readFileSync(path.join(FOLDER, name), "utf8")]),
  );
