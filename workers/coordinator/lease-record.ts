import type { Device, LeaseRequest } from "../../shared/protocol/lease.ts";

/** A request for a lease, and who makes it. */
export interface Asked extends LeaseRequest {
  readonly volunteer: string;
  readonly network: string;
  /** Whether this device showed that it computes rightly; absent: no. */
  readonly isCalibrated?: boolean;
}

/** Silence after which a lease is over: three missed heartbeats. */
export const LEASE_MS = 90_000;
/** A deadline is put off when that gains at least so much: each time is a row written, and another in its index. */
const WORTH_MS = 15_000;
/** What a volunteer is told; between two heartbeats there is room for one slow request. */
export const HEARTBEAT_SECONDS = 25;

/** A lease as stored. Rows are only added and closed, so they also tell who trained what, and when. */
export interface LeaseRecord {
  readonly id: string;
  readonly shard: string;
  readonly variant: string;
  readonly seed: number;
  readonly index: number;
  readonly fromStep: number;
  readonly toStep: number;
  readonly volunteer: string;
  /** Pseudonym of the network that the lease went to; null before there were any. */
  readonly network: string | null;
  readonly device: Device;
  /** Without it its shards are audited as a newcomer's. */
  readonly isCalibrated: boolean;
  /** Milliseconds since 1970, as are all times here. */
  readonly leasedAt: number;
  readonly deadline: number;
  readonly returnedAt: number | null;
  /** SHA-256 of the canonical JSON of the accepted result. */
  readonly resultSha256: string | null;
  /** Checkpoints stored under this lease, repeats included. */
  readonly uploads: number;
}

/** What choosing a shard asks of a lease that is live. */
export type LiveLease = Pick<
  LeaseRecord,
  "id" | "shard" | "variant" | "seed" | "index" | "toStep" | "volunteer" | "network" | "leasedAt"
>;

export type LeaseState = "live" | "expired" | "returned" | "resolved";

/** A lease's state follows from its record and the time: nothing has to run for it to expire. */
export function leaseState(lease: Pick<LeaseRecord, "deadline" | "returnedAt" | "resultSha256">, now: number): LeaseState {
  if (lease.resultSha256 !== null) return "resolved";
  if (lease.returnedAt !== null) return "returned";
  return lease.deadline <= now ? "expired" : "live";
}

/** The deadline of a live lease whose volunteer was just heard, in ms since 1970: the old one where it was put off a moment ago. */
export const extended = ({ deadline }: Pick<LeaseRecord, "deadline">, now: number): number =>
  now + LEASE_MS - deadline >= WORTH_MS ? now + LEASE_MS : deadline;
