import type { Problem } from "../../shared/protocol/problem.ts";
import { problem } from "../problem.ts";
import { type LeaseRecord, leaseState } from "./lease-record.ts";
import { type Run, waitsFor } from "./work-generator.ts";

export type HandIn =
  { readonly kind: "open" } | { readonly kind: "repeated" } | { readonly kind: "refused"; readonly problem: Problem };

const ASK_AGAIN = "Ask for a new lease.";

/**
 * May this lease still resolve its shard?
 *
 * A live one may. A late one (expired, or returned when its tab closed) may too as long as nobody else has the shard: no work is lost.
 * The same result again is `repeated`, so a volunteer whose connection broke just sends it once more.
 * @param run the lease's run as it stands now
 * @param isTaken whether somebody else has a live lease of its shard; asked only where it matters
 * @param resultSha256 hash of what is handed in; null to ask beforehand (a checkpoint is about to be stored)
 */
export function judgeHandIn(
  lease: LeaseRecord,
  run: Run,
  isTaken: () => boolean,
  resultSha256: string | null,
  now: number,
): HandIn {
  const state = leaseState(lease, now);
  if (state === "resolved") {
    if (resultSha256 === null || lease.resultSha256 === resultSha256) return { kind: "repeated" };
    return refused(
      409,
      "Already handed in",
      `Lease ${lease.id} was resolved by another result (${lease.resultSha256}).`,
      ASK_AGAIN,
    );
  }
  if (run.shards < lease.index) {
    return refused(
      409,
      "The run went back",
      `Shard ${lease.shard} continued from a result that was voided since; its run stands at shard ${run.shards}.`,
      ASK_AGAIN,
    );
  }
  if (!waitsFor(run, lease)) {
    return refused(
      409,
      "Already resolved",
      `Shard ${lease.shard} was resolved by another volunteer's result meanwhile.`,
      ASK_AGAIN,
    );
  }
  if (state !== "live" && isTaken()) {
    return refused(
      410,
      `Lease ${state}`,
      `Lease ${lease.id} is ${state}, and its shard was leased to another volunteer since.`,
      ASK_AGAIN,
    );
  }
  return { kind: "open" };
}

function refused(status: number, title: string, detail: string, remedy: string): HandIn {
  return { kind: "refused", problem: problem(status, { title, detail, remedy }) };
}
