import { claims } from "../shared/claims/index.ts";
import { judgeAll } from "../shared/claims/judging/report.ts";
import { readArguments, USAGE } from "./verdicts/arguments.ts";
import { verdictsJson } from "./verdicts/json.ts";
import { writeList } from "./verdicts/markdown.ts";
import { readSnapshot } from "./verdicts/read.ts";
import { verdictsText } from "./verdicts/text.ts";

try {
  const asked = readArguments(process.argv.slice(2));
  switch (asked.kind) {
    case "help":
      console.log(USAGE);
      break;
    case "markdown":
      console.log(`Wrote ${await writeList(claims)}.`);
      break;
    case "judge": {
      const snapshot = await readSnapshot(asked.from);
      const reports = judgeAll(claims, snapshot);
      console.log(asked.json ? verdictsJson(snapshot, reports) : verdictsText(snapshot, reports, claims.length));
    }
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
