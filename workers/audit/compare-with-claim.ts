import { compareEvaluation } from "../../shared/audit/compare-evaluation.ts";
import { compareInterval } from "../../shared/audit/compare.ts";
import { deviceKind } from "../../shared/audit/calibration/device-kind.ts";
import { pairThresholds } from "../../shared/audit/calibration/tolerance.ts";
import { thresholdsFor } from "../../shared/audit/thresholds.ts";
import type { TensorSpec } from "../../shared/graph/model.ts";
import { initialState } from "../../shared/nn/training.ts";
import type { AuditOutcome } from "../../shared/protocol/audit.ts";
import type { Device } from "../../shared/protocol/lease.ts";
import type { Result } from "../../shared/protocol/result.ts";
import type { TrainingSpec } from "../../shared/protocol/training-spec.ts";
import type { Tolerances } from "../calibration/kind-votes.ts";
import type { Audit, Job } from "./audit.ts";
import { isFinite, movementOf, type Source } from "./movement-r2.ts";

/** Holds an auditor's result against what was claimed; reads the checkpoints that both came to, piece by piece. @param tolerances by kind of device, where they are known */
export async function compareWithClaim(
  bucket: R2Bucket,
  layout: readonly TensorSpec[],
  spec: TrainingSpec,
  { kind, claim, fromStep, toStep, start }: Audit,
  { device }: Job,
  result: Result,
  tolerances: Tolerances,
): Promise<Omit<AuditOutcome, "at" | "by">> {
  const of = (one: Device) => tolerances[deviceKind(one)] ?? null;
  const thresholds = pairThresholds(thresholdsFor(spec.network), of(claim.device), of(device));
  const none = { cosine: null, ratio: null, distance: null };
  if (kind === "evaluation") return { ...compareEvaluation(claim.rows, result.evaluation, thresholds), ...none };
  const from: Source = start === null ? { parameters: initialState(spec)["parameters"]! } : { sha256: start, step: fromStep };
  if (claim.end === null && !(await isFinite(bucket, layout, from))) {
    return { agrees: false, words: "The state before the divergence is not finite already.", ...none };
  }
  const { endCheckpoint: end, opening, training, measurements } = result;
  const isMoved = claim.end !== null && end !== null && end !== claim.end;
  const movement = isMoved
    ? await movementOf(bucket, layout, {
        start: from,
        claimed: { sha256: claim.end, step: toStep },
        audited: { sha256: end, step: toStep },
      })
    : null;
  const audited = { device, end, opening, rows: training, ...(claim.measured && { measured: measurements }) };
  const compared = compareInterval(claim, audited, toStep - fromStep, movement, thresholds);
  const number = (value: number | undefined) => (value === undefined || !Number.isFinite(value) ? null : value);
  const { cosine, ratio, distance } = movement ?? {};
  return { ...compared, cosine: number(cosine), ratio: number(ratio), distance: number(distance) };
}
