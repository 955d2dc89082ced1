import type { Result } from "../../shared/protocol/result.ts";
import type { TrainingSpec } from "../../shared/protocol/training-spec.ts";
import { checkSeries } from "../coordinator/check-series.ts";
import { type Fault, unless } from "../coordinator/fault.ts";
import { checkResult, TEST_IMAGES } from "../coordinator/validator.ts";
import type { Shard } from "../coordinator/work-generator.ts";
import { checkOpening } from "./check-opening.ts";
import type { Job } from "./audit.ts";

/** What an auditor trains with: the run's spec, measuring only where the claim did, and without tests where nothing is to be tested. */
export function auditSpec({ probes, ...spec }: TrainingSpec, { kind, measures }: Pick<Job, "kind" | "measures">): TrainingSpec {
  const evaluateEvery = kind === "evaluation" ? spec.evaluateEvery : null;
  return { ...spec, ...(measures && probes && { probes }), evaluateEvery };
}

/** Whether an auditor's result is what its job asked for. */
export function checkAudit(result: Result, job: Job, shard: Shard, spec: TrainingSpec, modelSha256: string): Fault[] {
  if (job.kind !== "evaluation") return [...checkResult(result, shard, spec, modelSha256), ...checkOpening(result, shard)];
  const { start } = job;
  return [
    ...unless(result.modelSha256 === modelSha256, "modelSha256", result.modelSha256, `${modelSha256}, the lease's model`),
    ...unless(result.startCheckpoint === start, "startCheckpoint", result.startCheckpoint, `${start}, which is to be tested`),
    ...unless(result.endCheckpoint === start, "endCheckpoint", result.endCheckpoint, `${start}, since nothing is trained`),
    ...checkSeries("evaluation", result.evaluation, { due: [job.toStep], divergedAt: null, images: TEST_IMAGES }),
  ];
}
