import path from "node:path";
import { parseArgs } from "node:util";
import { COMMITTED, takeSnapshot } from "./snapshot/take.ts";

const USAGE = `npm run snapshot -- --url http://127.0.0.1:8787 [--out FILE]
  Fetches the study's snapshot, merges the metrics again from the stored results, compares the bytes,
  and writes site/src/data/snapshot.json, from which the static report is built.`;

try {
  const { values } = parseArgs({ options: { url: { type: "string" }, out: { type: "string", default: COMMITTED } } });
  if (!values.url) throw new Error(`--url: got nothing, want the coordinator's address\n\n${USAGE}`);
  const origin = values.url.replace(/\/+$/, "");
  const file = path.resolve(values.out);
  const taken = await takeSnapshot(origin, file);
  if (!taken) throw new Error(`${origin} has no results yet; the file stays as it is.`);
  for (const { experiment, version, metrics } of taken.experiments) {
    const { runsFinished, runs, steps, stepsPlanned, shards, volunteers } = metrics.progress;
    console.log(
      `${experiment.id} (version ${version}): ${runsFinished} of ${runs} runs finished, ${steps} of ${stepsPlanned} steps,`,
    );
    console.log(
      `  ${shards} shards from ${volunteers} ${volunteers === 1 ? "volunteer" : "volunteers"}; recomputed from the results: same bytes`,
    );
  }
  console.log(`Wrote ${path.relative(process.cwd(), file)} (${(taken.bytes / 1024).toFixed(0)} kB).`);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
