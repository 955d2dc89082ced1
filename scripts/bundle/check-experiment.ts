import { planHash } from "../../shared/experiments/experiment.ts";
import { canonicalJson } from "../../shared/math/json.ts";
import { sha256Hex } from "../../shared/math/sha256.ts";
import type { ExperimentLine, Row } from "../../shared/protocol/bundle.ts";
import { StoredResult } from "../../shared/protocol/result.ts";
import { mergeMetrics } from "../../workers/coordinator/assimilator.ts";
import { NO_RESULTS, resultLink } from "../../workers/results-chain.ts";
import { checkRuns } from "./check-runs.ts";
import { checkStored } from "./check-stored.ts";
import { Difference } from "./lines.ts";

/** An experiment of a bundle, all of its lines read. */
export interface ReadExperiment {
  readonly line: ExperimentLine;
  /** Rows of its results, in the bundle's order. */
  readonly results: readonly Row[];
}

/**
 * Recomputes everything about an experiment from its accepted results: the chain, each result's relations and signature, how runs follow from results, and the
 * merged metrics, byte for byte.
 * @returns how many results count, and how many of them are signed
 * @throws Difference at the first that is not as it says
 */
export async function checkExperiment({ line, results }: ReadExperiment): Promise<{ standing: number; signed: number }> {
  const { header, snapshot } = line;
  const { id, plan } = header;
  if (header.parent === null && !id.endsWith(`-${plan.profile}-${planHash(plan)}`)) {
    throw new Difference(`${id}: got a plan with the hash ${planHash(plan)}, want the one that the experiment is named by`);
  }
  if (results.length !== line.results) {
    throw new Difference(`${id}: got ${results.length} results, want ${line.results}`);
  }
  const standing: StoredResult[] = [];
  let link = NO_RESULTS;
  let signed = 0;
  for (const [i, row] of results.entries()) {
    const at = `${id}: result ${i + 1}`;
    const json = String(row.json);
    if (row.position !== i + 1) throw new Difference(`${at}: position: got ${row.position}, want ${i + 1}`);
    link = resultLink(link, json);
    if (row.link !== link) throw new Difference(`${at}: link: got ${row.link}, want ${link}: it or one before it was changed`);
    const result = parse(at, json);
    if (row.shard !== result.provenance.shard) {
      throw new Difference(`${at}: shard: got ${row.shard}, want ${result.provenance.shard}, as the result says`);
    }
    if (await checkStored(at, result, row, header)) signed += 1;
    if ((row.voided ?? null) === null) standing.push(result);
  }
  checkRuns(line, standing);
  const metrics = mergeMetrics(plan, standing);
  const [got, want] = [canonicalJson(snapshot.metrics), canonicalJson(metrics)];
  if (got !== want) throw new Difference(`${id}: metrics: got ${firstDifference(snapshot.metrics, metrics, "metrics")}`);
  if (snapshot.metricsSha256 !== sha256Hex(want)) {
    throw new Difference(`${id}: metricsSha256: got ${snapshot.metricsSha256}, want ${sha256Hex(want)}`);
  }
  return { standing: standing.length, signed };
}

function parse(at: string, json: string): StoredResult {
  const value = JSON.parse(json) as unknown;
  const parsed = StoredResult.safeParse(value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new Difference(`${at}: ${issue?.path.join(".") ?? ""}: ${issue?.message ?? ""}`);
  }
  return parsed.data;
}

/** Where two values differ first, in words. */
export function firstDifference(got: unknown, want: unknown, path: string): string {
  if (typeof got === "object" && got !== null && typeof want === "object" && want !== null) {
    const [a, b] = [got as Record<string, unknown>, want as Record<string, unknown>];
    for (const key of new Set([...Object.keys(a), ...Object.keys(b)])) {
      if (canonical(a[key]) !== canonical(b[key])) return firstDifference(a[key], b[key], `${path}.${key}`);
    }
  }
  return `${shown(got)} at ${path}, want ${shown(want)}, which follows from the results`;
}

const canonical = (value: unknown) => (value === undefined ? "" : canonicalJson(value));
const shown = (value: unknown) => (value === undefined ? "nothing" : JSON.stringify(value).slice(0, 80));
