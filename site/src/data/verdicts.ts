import { claims } from "../../../shared/claims/index.ts";
import { readExperiment } from "../../../shared/claims/judging/readings.ts";
import { replication } from "../../../shared/claims/judging/replication.ts";
import { familiesIn, judgeReadings } from "../../../shared/claims/judging/report.ts";
import { isReplica } from "../../../shared/experiments/replica.ts";
import { PROTOCOL_VERSION } from "../../../shared/protocol/version.ts";
import type { Verdicts } from "../../../shared/protocol/verdicts.ts";
import { snapshotFile } from "./snapshot-file.ts";

let judged: Verdicts | undefined;

/** Every claim as judged by the published snapshot, reruns' families included; for the build, which judges once. */
export function publishedVerdicts(): Verdicts {
  if (judged) return judged;
  const snapshot = snapshotFile();
  const readings = snapshot?.experiments.map((experiment) => readExperiment(claims, experiment)) ?? [];
  const [replicas, first] = [true, false].map((again) => readings.filter(({ header }) => isReplica(header.id) === again));
  judged = {
    protocol: PROTOCOL_VERSION,
    judgedAt: snapshot?.takenAt ?? null,
    claims: claims.length,
    shards: snapshot?.experiments.reduce((sum, { metrics }) => sum + metrics.progress.shards, 0) ?? 0,
    families: familiesIn(judgeReadings(claims, first!)),
    ...(snapshot && {
      replication: replication(
        first!.filter(({ header }) => header.parent === null),
        replicas!,
      ),
    }),
  };
  return judged;
}
