import type { LeaseReply } from "../../shared/protocol/lease.ts";
import type { Coordinator } from "../../shared/volunteer/ports.ts";

/**
 * A coordinator that is asked experiment by experiment: the first one that grants a lease. A shard that this volunteer has kept a checkpoint of
 * comes before all.
 * @param order ids of experiments, most needed first; empty: whatever the coordinator gives. Read anew for every lease
 */
export function inOrder(coordinator: Coordinator, order: () => readonly string[]): Coordinator {
  return {
    ...coordinator,
    // The next shard along with a hand-in is of the first experiment that is wanted; when that has none, all are asked as below.
    handIn: (lease, result, next) => {
      const [experiment] = order();
      return coordinator.handIn(lease, result, next && experiment !== undefined ? { ...next, experiment } : next);
    },
    async lease(request): Promise<LeaseReply> {
      const kept = order().filter((id) => request.prefer?.startsWith(`${id}.`));
      const ids = [...new Set([...kept, ...order()])];
      if (ids.length === 0) return coordinator.lease(request);
      const idle: Extract<LeaseReply, { kind: "idle" }>[] = [];
      for (const experiment of ids) {
        const reply = await coordinator.lease({ ...request, experiment });
        if (reply.kind === "lease") return reply;
        idle.push(reply);
      }
      return idle.reduce((soonest, one) => (one.retryAfterSeconds < soonest.retryAfterSeconds ? one : soonest));
    },
  };
}
