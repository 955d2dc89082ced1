import { claims } from "../../shared/claims/index.ts";
import { judgeAll } from "../../shared/claims/judging/report.ts";
import { isReplica } from "../../shared/experiments/replica.ts";
import { canonicalJson } from "../../shared/math/json.ts";
import { sha256Hex } from "../../shared/math/sha256.ts";
import type { VerdictsLine } from "../../shared/protocol/bundle.ts";
import type { ExperimentSnapshot } from "../../shared/protocol/snapshot.ts";
import { PROTOCOL_VERSION } from "../../shared/protocol/version.ts";

/** The verdicts that follow from these snapshots, in which replicas have no part; each with the hash of the whole judgement, so that any of its numbers shows. */
export function verdictsLine(snapshots: readonly ExperimentSnapshot[], takenAt: string): VerdictsLine {
  const experiments = snapshots.filter(({ experiment }) => !isReplica(experiment.id));
  const reports = judgeAll(claims, { protocol: PROTOCOL_VERSION, takenAt, experiments });
  return {
    line: "verdicts",
    verdicts: reports.flatMap(({ family, judgements }) =>
      judgements.map(({ claim, judgement }) => ({
        family: family.rerun?.id ?? family.profile,
        claim: claim.id,
        sha256: sha256Hex(canonicalJson(portable(judgement))),
        verdict: judgement.verdict,
      })),
    ),
  };
}

/** As JSON has it (what is infinite is null), with nine digits: engines differ in the last bits of a logarithm. */
const portable = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value), (_key, part: unknown) => (typeof part === "number" ? Number(part.toPrecision(9)) : part));
