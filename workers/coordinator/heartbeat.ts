import type { Heartbeat } from "../../shared/protocol/lease.ts";
import { type Outcome, done, refuse } from "../problem.ts";
import { extended, type LeaseRecord, leaseState } from "./lease-record.ts";
import { type Run, type Shard, waitsFor } from "./work-generator.ts";

/** The new deadline (ms since 1970) of a lease whose volunteer is still there, or why the lease is over. */
export function judgeHeartbeat(
  lease: LeaseRecord,
  run: Run,
  shard: Shard,
  beat: Pick<Heartbeat, "step">,
  now: number,
): Outcome<number> {
  const state = leaseState(lease, now);
  const remedy = `Ask for a new lease; with "prefer": "${lease.shard}" it goes on from your own checkpoint if the shard is still free.`;
  if (state !== "live") return refuse(410, { title: `Lease ${state}`, detail: `Lease ${lease.id} is ${state}.`, remedy });
  if (run.shards < lease.index) {
    return refuse(410, {
      title: "The run went back",
      detail: `${lease.shard} continued from a result that was voided since.`,
      remedy: "Ask for a new lease.",
    });
  }
  if (!waitsFor(run, lease)) {
    return refuse(410, {
      title: "Shard resolved",
      detail: `Another volunteer's result for ${lease.shard} was accepted.`,
      remedy: "Ask for a new lease.",
    });
  }
  if (beat.step < shard.fromStep || beat.step > shard.toStep) {
    const errors = [
      { path: "step", message: `got ${beat.step}, want a step of the shard, ${shard.fromStep} to ${shard.toStep}` },
    ];
    return refuse(422, { title: "Heartbeat of another shard", detail: `step: ${errors[0]?.message}`, errors });
  }
  return done(extended(lease, now));
}
