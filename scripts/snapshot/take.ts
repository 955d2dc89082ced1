import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { ExperimentSnapshot } from "../../shared/protocol/snapshot.ts";
import { parseSnapshot } from "./parse.ts";
import { fetchJson, recompute } from "./recompute.ts";
import { snapshotText } from "./text.ts";

/** The file that the static report is built from. */
export const COMMITTED = path.resolve(import.meta.dirname, "../../site/src/data/snapshot.json");

/**
 * Fetches the study's own experiments that have results, merges each again from its stored results, compares the bytes, and writes the
 * file whole.
 * @returns what was written, and its size; null (and the file stays as it is) where there are no results yet
 * @throws Error when nobody answers, or the published metrics do not follow from the results
 */
export async function takeSnapshot(
  origin: string,
  file: string,
): Promise<{ experiments: readonly ExperimentSnapshot[]; bytes: number } | null> {
  const study = parseSnapshot(await fetchJson(`${origin}/api/snapshot`), origin);
  const begun = study.experiments.filter(({ experiment, metrics }) => experiment.parent === null && metrics.progress.shards > 0);
  if (begun.length === 0) return null;
  const experiments = [];
  for (const snapshot of begun) experiments.push(await recompute(origin, snapshot));
  const text = snapshotText({ ...study, experiments });
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(`${file}.part`, text);
  renameSync(`${file}.part`, file);
  return { experiments, bytes: text.length };
}
