import { claims } from "../../../shared/claims/index.ts";
import { familiesIn, judgeAll } from "../../../shared/claims/judging/report.ts";
import { PROTOCOL_VERSION } from "../../../shared/protocol/version.ts";
import type { Verdicts } from "../../../shared/protocol/verdicts.ts";
import { snapshotFile } from "./snapshot-file.ts";

let judged: Verdicts | undefined;

/** Every claim as judged by the published snapshot, reruns' families included; for the build, which judges once. */
export function publishedVerdicts(): Verdicts {
  if (judged) return judged;
  const snapshot = snapshotFile();
  const reports = snapshot ? judgeAll(claims, snapshot) : [];
  judged = {
    protocol: PROTOCOL_VERSION,
    judgedAt: snapshot?.takenAt ?? null,
    claims: claims.length,
    shards: snapshot?.experiments.reduce((sum, { metrics }) => sum + metrics.progress.shards, 0) ?? 0,
    families: familiesIn(reports),
  };
  return judged;
}
