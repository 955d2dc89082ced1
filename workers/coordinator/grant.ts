import { trainingSpec } from "../../shared/experiments/experiment.ts";
import { sha256Hex } from "../../shared/math/sha256.ts";
import type { ExperimentHeader } from "../../shared/protocol/experiment.ts";
import type { Lease, LeaseRequest } from "../../shared/protocol/lease.ts";
import type { Result, StoredResult } from "../../shared/protocol/result.ts";
import { HEARTBEAT_SECONDS, LEASE_MS, type LeaseRecord } from "./lease-record.ts";
import { leaseId } from "./names.ts";
import type { Shard } from "./work-generator.ts";

/** A new lease, as it is kept. @param uuid a fresh random one */
export function newLease(experiment: string, shard: Shard, ask: LeaseRequest, uuid: string, now: number): LeaseRecord {
  return {
    id: leaseId(experiment, uuid),
    shard: shard.id,
    variant: shard.variant.id,
    seed: shard.seed,
    index: shard.index,
    fromStep: shard.fromStep,
    toStep: shard.toStep,
    volunteer: ask.volunteer,
    alias: ask.alias ?? null,
    device: ask.device,
    leasedAt: now,
    deadline: now + LEASE_MS,
    returnedAt: null,
    resultSha256: null,
    uploads: 0,
  };
}

/** A lease as the volunteer gets it: everything it needs to train. */
export function leaseFor(record: LeaseRecord, experiment: ExperimentHeader, shard: Shard, modelSha256: string): Lease {
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
  };
}

/** An accepted result as it is kept and published: with where it came from, and without the volunteer's id. */
export function storedResult(lease: LeaseRecord, shard: Shard, result: Result, now: number): StoredResult {
  const { modelSha256, startCheckpoint, endCheckpoint, trainMs, evaluateMs, divergedAt, training, evaluation, measurements } =
    result;
  return {
    variant: shard.variant.id,
    seed: shard.seed,
    divergedAt,
    training,
    evaluation,
    measurements,
    provenance: {
      ...{ shard: shard.id, fromStep: shard.fromStep, toStep: shard.toStep },
      ...{ volunteer: lease.alias ?? sha256Hex(lease.volunteer).slice(0, 8), device: lease.device },
      ...{ modelSha256, startCheckpoint, endCheckpoint, trainMs, evaluateMs },
      acceptedAt: new Date(now).toISOString(),
    },
  };
}
