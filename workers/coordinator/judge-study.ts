import type { Claim } from "../../shared/claims/judging/claim.ts";
import { readExperiment, type Readings } from "../../shared/claims/judging/readings.ts";
import { familiesIn, type FamilyReport, judgeReadings } from "../../shared/claims/judging/report.ts";
import { replicable, replication } from "../../shared/claims/judging/replication.ts";
import { waitingClaims } from "../../shared/claims/judging/serves.ts";
import type { NeededRun } from "../../shared/claims/judging/which-pair.ts";
import { canonicalJson } from "../../shared/math/json.ts";
import { sha256Hex } from "../../shared/math/sha256.ts";
import type { ExperimentHeader } from "../../shared/protocol/experiment.ts";
import type { LeaseHint } from "../../shared/protocol/lease-hint.ts";
import type { Verdicts } from "../../shared/protocol/verdicts.ts";
import { PROTOCOL_VERSION } from "../../shared/protocol/version.ts";
import { experimentSnapshot } from "./snapshot.ts";
import { keyOf, nextPairs } from "./which-pair.ts";

/** Pairs that a hint names: more than are leased between two hints. */
const HINTED_PAIRS = 40;
const HINTED_REPLICAS = 40;

/**
 * Judges every claim by the study's own runs, and says which runs are worth most next.
 * @param replicas what was read of the replicas' experiments, which stand in no verdict
 * @param leased runs that somebody trains now  @param hints made before: turns go round the claims from one hint to the next
 */
export function judgeStudy(
  claims: readonly Claim[],
  { own, replicas }: { readonly own: readonly Readings[]; readonly replicas: readonly Readings[] },
  leased: readonly NeededRun[],
  hints: number,
  judgedAt: string,
  studySha256: string,
): { verdicts: Verdicts; hint: LeaseHint } {
  const reports = judgeReadings(claims, own);
  const held = new Set(leased.map(keyOf));
  const pairs = nextPairs(reports, own, hints * HINTED_PAIRS, HINTED_PAIRS, (run) => !held.has(keyOf(run)));
  const hint = {
    studySha256,
    pairs: pairs.map(({ runs, why }) => ({ runs: [...runs], why })),
    waiting: waitingClaims(reports.flatMap(({ judgements }) => judgements)),
    replicas: replicable(own, replicas).slice(0, HINTED_REPLICAS),
  };
  const verdicts = { ...verdictsOf(claims, own, reports, judgedAt), replication: replication(own, replicas) };
  return { verdicts, hint };
}

/** An experiment to which nothing has been handed in: it says nothing by itself. */
export const unread = (claims: readonly Claim[], header: ExperimentHeader): Readings =>
  readExperiment(claims, experimentSnapshot(header, [], { version: 0, now: 0, trainingNow: 0 }));

/** A rerun's verdicts: a family of its own, in which no other experiment's runs stand. */
export const rerunVerdicts = (claims: readonly Claim[], rerun: Readings, judgedAt: string): Verdicts =>
  verdictsOf(claims, [rerun], judgeReadings(claims, [rerun]), judgedAt);

/** What verdicts say, whenever it was judged. */
export const verdictsSha256 = ({ judgedAt: _, ...content }: Verdicts): string => sha256Hex(canonicalJson(content));

function verdictsOf(
  claims: readonly Claim[],
  readings: readonly Readings[],
  reports: readonly FamilyReport[],
  judgedAt: string,
): Verdicts {
  return {
    protocol: PROTOCOL_VERSION,
    judgedAt,
    claims: claims.length,
    shards: readings.reduce((sum, { shards }) => sum + shards, 0),
    families: familiesIn(reports),
  };
}
