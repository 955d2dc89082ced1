import { canonicalJson } from "../../shared/math/json.ts";
import { sha256Hex } from "../../shared/math/sha256.ts";
import { ExperimentResults } from "../../shared/protocol/result.ts";
import { ExperimentSnapshot } from "../../shared/protocol/snapshot.ts";
import { mergeMetrics } from "../../workers/coordinator/assimilator.ts";

/** How often to look again when results came in between reading the snapshot and reading them. */
const ATTEMPTS = 20;

/**
 * Merges an experiment's metrics again from its stored results and compares the bytes.
 * @returns the snapshot that was confirmed: the given one, or a newer one where results came in meanwhile
 * @throws Error when the published metrics do not follow from the results
 */
export async function recompute(origin: string, snapshot: ExperimentSnapshot): Promise<ExperimentSnapshot> {
  const { id } = snapshot.experiment;
  let current = snapshot;
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const { experiment, results } = ExperimentResults.parse(await fetchJson(`${origin}/api/experiments/${id}/results`));
    const bytes = canonicalJson(mergeMetrics(experiment.plan, results));
    if (bytes === canonicalJson(current.metrics) && sha256Hex(bytes) === current.metricsSha256) return current;
    if (results.length === current.metrics.progress.shards) {
      throw new Error(
        `${id}: got metrics ${current.metricsSha256}, want ${sha256Hex(bytes)}, which follows from the ${results.length} results`,
      );
    }
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    current = ExperimentSnapshot.parse(await fetchJson(`${origin}/api/snapshot/${id}`));
  }
  throw new Error(`${id}: results come in faster than they are published; try again when it is quieter.`);
}

/** @throws Error saying what did not answer, and how */
export async function fetchJson(url: string): Promise<unknown> {
  const response = await fetch(url).catch((error: unknown) => {
    throw new Error(`${url}: nobody answers. Is the coordinator running (npm start)?`, { cause: error });
  });
  if (!response.ok) throw new Error(`${url}: got ${response.status} ${await response.text()}`);
  return response.json();
}
