import { trainingSpec } from "../../shared/experiments/experiment.ts";
import type { ExperimentHeader } from "../../shared/protocol/experiment.ts";
import type { Lease } from "../../shared/protocol/lease.ts";
import type { Result, Signed, StoredResult } from "../../shared/protocol/result.ts";
import { type Asked, HEARTBEAT_SECONDS, LEASE_MS, type LeaseRecord } from "./lease-record.ts";
import { leaseId } from "./names.ts";
import type { Shard } from "./work-generator.ts";

/** A new lease, as it is kept. @param uuid a fresh random one */
export function newLease(experiment: string, shard: Shard, ask: Asked, uuid: string, now: number): LeaseRecord {
  return {
    id: leaseId(experiment, uuid),
    shard: shard.id,
    variant: shard.variant.id,
    seed: shard.seed,
    index: shard.index,
    fromStep: shard.fromStep,
    toStep: shard.toStep,
    volunteer: ask.volunteer,
    network: ask.network,
    device: ask.device,
    isCalibrated: ask.isCalibrated ?? false,
    leasedAt: now,
    deadline: now + LEASE_MS,
    returnedAt: null,
    resultSha256: null,
    uploads: 0,
  };
}

/** A lease as the volunteer gets it: everything it needs to train. */
export function leaseFor(
  record: LeaseRecord,
  experiment: ExperimentHeader,
  shard: Shard,
  modelSha256: string,
  commitEvery: number,
): Lease {
  const { id, title, question, plan } = experiment;
  return {
    id: record.id,
    deadline: new Date(record.deadline).toISOString(),
    heartbeatSeconds: HEARTBEAT_SECONDS,
    experiment: { id, title, question },
    variant: { id: shard.variant.id, label: shard.variant.label },
    shard: { id: shard.id, index: shard.index, of: shard.of, fromStep: shard.fromStep, toStep: shard.toStep },
    spec: trainingSpec(plan, shard.variant, shard.seed),
    startCheckpoint: shard.startCheckpoint,
    modelSha256,
    commitEvery,
  };
}

/** An accepted result as it is kept and published: with where it came from, and who signed it. */
export function storedResult(
  lease: LeaseRecord,
  shard: Shard,
  result: Result,
  { publicKey, signature }: Signed,
  now: number,
): StoredResult {
  const { modelSha256, startCheckpoint, endCheckpoint, trainMs, evaluateMs, divergedAt, toStep } = result;
  const { training, evaluation, measurements, opening } = result;
  return {
    variant: shard.variant.id,
    seed: shard.seed,
    divergedAt,
    training,
    evaluation,
    measurements,
    opening,
    ...(toStep !== undefined && { toStep }),
    provenance: {
      ...{ shard: shard.id, fromStep: shard.fromStep, toStep: shard.toStep },
      ...{ volunteer: lease.volunteer, device: lease.device },
      ...{ modelSha256, startCheckpoint, endCheckpoint, trainMs, evaluateMs },
      acceptedAt: new Date(now).toISOString(),
    },
    signed: { lease: lease.id, publicKey, signature },
  };
}
