import { planHash } from "../../../shared/experiments/experiment.ts";
import { canonicalJson } from "../../../shared/math/json.ts";
import { sha256Hex } from "../../../shared/math/sha256.ts";
import type { LogEntry } from "../../../shared/protocol/action-log.ts";
import type { BundleLine, ExperimentLine, Row } from "../../../shared/protocol/bundle.ts";
import type { StoredResult } from "../../../shared/protocol/result.ts";
import { verdictsLine } from "../../../scripts/bundle/verdicts.ts";
import { EMPTY, nextEntry } from "../../../workers/action-log/chain.ts";
import { experimentSnapshot } from "../../../workers/coordinator/snapshot.ts";
import { NO_RESULTS, resultLink } from "../../../workers/results-chain.ts";
import { allResults, tinyHeader, tinyPlan } from "../../workerd/tiny.ts";

const AT = "2030-01-01T00:00:00.000Z";
const id = `tiny-pilot-${planHash(tinyPlan)}`;

/** Results of a run each from the checkpoint at which the one before it ended; the last run lacks its last shard. */
export function chainedResults(): StoredResult[] {
  const end = (result: StoredResult) => sha256Hex(result.provenance.shard);
  const all = allResults(tinyPlan).slice(0, -1);
  return all.map((result, i) => {
    const { provenance } = result;
    const startCheckpoint = provenance.fromStep === 0 ? null : end(all[i - 1]!);
    const shard = provenance.shard.replace("tiny", id);
    return { ...result, provenance: { ...provenance, shard, startCheckpoint, endCheckpoint: end(result) } };
  });
}

/** Bytes whose hash the unfinished run goes on from. */
const bytes = (shard: string) => Buffer.from(shard);

/** The lines of a bundle of one small experiment, as a coordinator would write them; the end line is the writer's. */
export function tinyBundle(results = chainedResults()): BundleLine[] {
  const header = { ...tinyHeader(id), plan: tinyPlan };
  const entries: LogEntry[] = [];
  for (const reason of ["a", "b"]) {
    entries.push(nextEntry(entries.at(-1) ?? EMPTY, { kind: "paused", fields: { reason } }, Date.parse(AT)));
  }
  const runs = tinyPlan.variants.flatMap((variant) =>
    tinyPlan.seeds.map((seed): Row => {
      const own = results.filter((result) => result.variant === variant.id && result.seed === seed);
      const { toStep, endCheckpoint } = own.at(-1)!.provenance;
      return { variant: variant.id, seed, shards: own.length, checkpoint: endCheckpoint, diverged_at: null, step: toStep };
    }),
  );
  const snapshot = experimentSnapshot(header, results, { version: 7, now: Date.parse(AT), trainingNow: 0 });
  const experiment: ExperimentLine = {
    ...{ line: "experiment", schema: 1, header, results: results.length, tables: { runs }, snapshot },
  };
  let link = NO_RESULTS;
  const rows = results.map((result, i): Row => {
    const json = canonicalJson(result);
    link = resultLink(link, json);
    const { shard, fromStep, toStep } = result.provenance;
    return { position: i + 1, shard, volunteer: "v", steps: toStep - fromStep, json, link };
  });
  const last = allResults(tinyPlan).at(-2)!.provenance.shard;
  return [
    { line: "bundle", format: 1, protocol: 1, profile: "pilot", deployment: "test", at: AT },
    ...entries.map((entry): BundleLine => ({ line: "log", entry })),
    { line: "study", schema: 1, tables: {} },
    experiment,
    ...rows.map((row): BundleLine => ({ line: "row", of: id, table: "results", row })),
    verdictsLine([snapshot], AT),
    { line: "checkpoint", sha256: sha256Hex(last), base64: bytes(last).toString("base64") },
  ];
}
