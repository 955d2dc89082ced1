import { canonicalJson } from "../math/json.ts";
import { sha256Hex } from "../math/sha256.ts";
import { LocalHeader } from "../protocol/kept.ts";
import type { Lease } from "../protocol/lease.ts";
import { fromJsonBytes, toJsonBytes } from "./json-bytes.ts";

export type { LocalHeader } from "../protocol/kept.ts";

export interface LocalCheckpoint extends LocalHeader {
  /** The state after `step` updates, as shared/nn/checkpoint.ts encodes it. */
  readonly checkpoint: Uint8Array;
}

/** Bytes of a local checkpoint: the header's length (uint32, little-endian), the header as JSON, the checkpoint. */
export function encodeLocal({ checkpoint, ...header }: LocalCheckpoint): Uint8Array {
  const json = toJsonBytes(header);
  const bytes = new Uint8Array(4 + json.length + checkpoint.length);
  new DataView(bytes.buffer).setUint32(0, json.length, true);
  bytes.set(json, 4);
  bytes.set(checkpoint, 4 + json.length);
  return bytes;
}

/** Null when the bytes are not a local checkpoint of this version: then there is none. */
export function decodeLocal(bytes: Uint8Array): LocalCheckpoint | null {
  if (bytes.length < 4) return null;
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
  try {
    return { ...LocalHeader.parse(fromJsonBytes(bytes.subarray(4, 4 + length))), checkpoint: bytes.slice(4 + length) };
  } catch {
    return null;
  }
}

/** Whether a lease is for the very shard, spec, model and start that a local checkpoint has. */
export function continues(local: LocalHeader, lease: Lease): boolean {
  return (
    local.experiment === lease.experiment.id &&
    local.shard === lease.shard.id &&
    local.specSha256 === sha256Hex(canonicalJson(lease.spec)) &&
    local.modelSha256 === lease.modelSha256 &&
    local.startCheckpoint === lease.startCheckpoint &&
    local.step >= lease.shard.fromStep &&
    local.step <= lease.shard.toStep
  );
}

/** The header of a shard that was just leased. */
export function freshHeader(lease: Lease): LocalHeader {
  return {
    lease: lease.id,
    experiment: lease.experiment.id,
    shard: lease.shard.id,
    specSha256: sha256Hex(canonicalJson(lease.spec)),
    modelSha256: lease.modelSha256,
    startCheckpoint: lease.startCheckpoint,
    step: lease.shard.fromStep,
    divergedAt: null,
    training: { step: [], loss: [], accuracy: [] },
    evaluation: { step: [], loss: [], accuracy: [] },
    measurements: {},
    opening: [],
    interval: [],
    commits: [],
    trainMs: 0,
    evaluateMs: 0,
  };
}
