import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { StudySnapshot } from "../shared/protocol/snapshot.ts";
import { fetchJson, recompute } from "./snapshot/recompute.ts";
import { snapshotText } from "./snapshot/text.ts";

const USAGE = `npm run snapshot -- --url http://127.0.0.1:8787 [--out FILE]
  Fetches the study's snapshot, merges the metrics again from the stored results, compares the bytes,
  and writes site/src/data/snapshot.json, from which the static report is built.`;

const COMMITTED = path.resolve(import.meta.dirname, "../site/src/data/snapshot.json");

try {
  const { values } = parseArgs({ options: { url: { type: "string" }, out: { type: "string", default: COMMITTED } } });
  if (!values.url) throw new Error(`--url: got nothing, want the coordinator's address\n\n${USAGE}`);
  const origin = values.url.replace(/\/+$/, "");
  const study = StudySnapshot.parse(await fetchJson(`${origin}/api/snapshot`));
  const begun = study.experiments.filter(({ experiment, metrics }) => experiment.parent === null && metrics.progress.shards > 0);
  if (begun.length === 0) throw new Error(`${origin} has no results yet; the file stays as it is.`);
  const experiments = [];
  for (const snapshot of begun) experiments.push(await recompute(origin, snapshot));

  const file = path.resolve(values.out);
  const text = snapshotText({ ...study, experiments });
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(`${file}.part`, text);
  renameSync(`${file}.part`, file);
  for (const { experiment, version, metrics } of experiments) {
    const { runsFinished, runs, steps, stepsPlanned, shards, volunteers } = metrics.progress;
    console.log(
      `${experiment.id} (version ${version}): ${runsFinished} of ${runs} runs finished, ${steps} of ${stepsPlanned} steps,`,
    );
    console.log(
      `  ${shards} shards from ${volunteers} ${volunteers === 1 ? "volunteer" : "volunteers"}; recomputed from the results: same bytes`,
    );
  }
  console.log(`Wrote ${path.relative(process.cwd(), file)} (${(text.length / 1024).toFixed(0)} kB).`);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
