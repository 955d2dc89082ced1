import type { LeaseReply } from "../../shared/protocol/lease.ts";

/** Why there is nothing to train now. */
export type IdleReason =
  | "finished"
  | "needs-float64"
  | "too-large"
  | "all-leased"
  | "all-fitting-leased"
  | "many-leases"
  | "busy-network"
  | "paused"
  | "other-vendor";

const ANSWERS: Readonly<Record<IdleReason, { reason: string; seconds: number }>> = {
  finished: { reason: "Every run here is trained to its end. New work comes with a rerun.", seconds: 300 },
  "needs-float64": {
    reason:
      "What is open here needs 64-bit numbers, which WebGPU does not have. This device can train it on its processor: choose that under “Where it computes” and start again.",
    seconds: 120,
  },
  "too-large": { reason: "What is open here needs more memory than this device can give.", seconds: 120 },
  "all-leased": { reason: "Every open shard is being trained by another volunteer right now.", seconds: 30 },
  "all-fitting-leased": {
    reason: "Every open shard that fits this device is being trained by another volunteer right now.",
    seconds: 30,
  },
  paused: { reason: "The operator paused this experiment.", seconds: 120 },
  "other-vendor": {
    reason: "What is open here was trained by this volunteer, or on devices of this vendor: it waits for others.",
    seconds: 300,
  },
  "many-leases": { reason: "This volunteer already holds as many shards as one may hold.", seconds: 60 },
  "busy-network": { reason: "Volunteers of this network already hold as many shards as one network may hold.", seconds: 120 },
};

/**
 * The answer when there is nothing to give. Waiting volunteers come back spread over a span as long as the wait itself,
 * because otherwise idle ones become the load.
 * @param draw uniform in [0, 1)  @param detail more exact words, where there are any  @param crowd seconds, where many wait
 */
export function idleReply(why: IdleReason, draw: number, detail?: string, crowd = 0): Idle {
  const { reason, seconds } = ANSWERS[why];
  return { kind: "idle", reason: detail ?? reason, retryAfterSeconds: Math.ceil(Math.max(seconds, crowd) * (1 + draw)) };
}

export type Idle = Extract<LeaseReply, { kind: "idle" }>;

/** Whether an answer says that there is nothing for anybody, whatever the device. */
export const isForAll = ({ reason }: Idle): boolean =>
  reason === ANSWERS["all-leased"].reason || reason === ANSWERS.finished.reason;

/** The same answer for the next one who asks, spread anew. */
export const again = (idle: Idle, draw: number): Idle => ({
  ...idle,
  retryAfterSeconds: Math.ceil(idle.retryAfterSeconds * (0.75 + draw / 2)),
});
