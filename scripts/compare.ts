import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { comparisonRows } from "../shared/compare/rows.ts";
import { readPaper } from "../shared/paper/paper.ts";
import type { StudySnapshot } from "../shared/protocol/snapshot.ts";
import { page } from "./compare/page.ts";
import { paperTexts } from "./compare/paper-texts.ts";
import { byFigure, tally, textTable } from "./compare/tables.ts";
import { parseSnapshot } from "./snapshot/parse.ts";
import { fetchJson } from "./snapshot/recompute.ts";
import { COMMITTED } from "./snapshot/take.ts";

const USAGE = `npm run compare [-- --snapshot FILE|URL] [--markdown FILE] [--figure 4b]
  Measures every quantity of the paper's digitised figures on its curves and on our runs, and says what agrees.
  --snapshot   a snapshot file, or a coordinator's address (default: the committed snapshot)
  --markdown   writes the tables to this file too
  --figure     prints only this figure`;

try {
  const { values } = parseArgs({
    options: {
      snapshot: { type: "string", default: COMMITTED },
      markdown: { type: "string" },
      figure: { type: "string" },
      help: { type: "boolean" },
    },
  });
  if (values.help) console.log(USAGE);
  else {
    const snapshot = await readSnapshot(values.snapshot);
    const rows = comparisonRows(snapshot, readPaper(paperTexts()));
    const figures = byFigure(rows);
    if (values.figure !== undefined && !figures.has(values.figure)) {
      throw new Error(`--figure: got ${values.figure}, want one of ${[...figures.keys()].join(", ")}`);
    }
    for (const [figure, of] of figures) {
      if (values.figure === undefined || values.figure === figure) console.log(`Figure ${figure}\n${textTable(of)}\n`);
    }
    console.log(tally(rows));
    if (values.markdown !== undefined) writeFileSync(values.markdown, page(rows, snapshot));
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

/** Null where nothing was committed yet. */
async function readSnapshot(from: string): Promise<StudySnapshot | null> {
  if (/^https?:/.test(from)) return parseSnapshot(await fetchJson(`${from.replace(/\/+$/, "")}/api/snapshot`), from);
  if (from === COMMITTED && !existsSync(from)) return null;
  return parseSnapshot(JSON.parse(readFileSync(path.resolve(from), "utf8")), from);
}
