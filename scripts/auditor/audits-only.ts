import { LeaseReply } from "../../shared/protocol/lease.ts";
import type { AuditAsk, AuditWish } from "../../shared/protocol/operator-audit.ts";
import { readAnswer } from "../../shared/volunteer/answer.ts";
import type { Coordinator, Keys } from "../../shared/volunteer/ports.ts";
import { SessionKeeper } from "../../shared/volunteer/session.ts";
import type { CoordinatorTransport } from "../../shared/volunteer/transport.ts";

/** A coordinator that is asked for audits, with the operator's token; a shard to train never comes along. */
export function auditsOnly(
  coordinator: Coordinator,
  transport: CoordinatorTransport,
  keys: () => Promise<Keys>,
  token: string,
  wish: () => AuditWish,
): Coordinator {
  const session = new SessionKeeper(transport, keys);
  const { calibrate: _calibrate, ...rest } = coordinator; // The operator's own device: it is what others are held against.
  return {
    ...rest,
    lease: async ({ prefer: _prefer, ...ask }) =>
      session.with(async (own) => {
        const body: AuditAsk = { session: own, ask, ...wish() };
        return readAnswer(LeaseReply, await transport.ask({ method: "POST", path: "/api/audits/leases", body, token }));
      }),
    handIn: (lease, result) => coordinator.handIn(lease, result),
  };
}
