import { createFactory } from "hono/factory";
import { AuditAsk } from "../../shared/protocol/operator-audit.ts";
import { type LeaseReply, LeaseReply as LeaseReplySchema } from "../../shared/protocol/lease.ts";
import { type Api, atMost, BODY_REFUSALS, jsonBody } from "../admission.ts";
import { requireOperator } from "../bearer.ts";
import { describe } from "../describe.ts";
import { serverSecret } from "../identity/secret.ts";
import { openToken } from "../identity/token.ts";
import { problemResponse, refuse } from "../problem.ts";
import { coordinator, studyIndex } from "../study.ts";

/** How often the operator's auditor looks for work. */
const RETRY_SECONDS = 15;

const noSession = refuse(401, {
  title: "No session",
  detail: "session: got a token that has expired or was not given out here, want that of a session",
  remedy: "Open a session: sign what GET /api/challenge gives and POST /api/sessions.",
});

export const leaseAudit = createFactory<Api>().createHandlers(
  describe({
    operationId: "leaseAudit",
    summary: "Ask for an interval to train again (the operator's auditor)",
    description:
      "Drawn intervals first, disputed ones before all; then the first steps of shards that will be leased soon, whose losses stay with the coordinator. Such a lease is trained and handed in like any other.",
    tags: ["volunteer"],
    bearer: "operatorToken",
    replies: {
      200: { description: "Nothing to audit now.", body: LeaseReplySchema },
      201: { description: "A lease.", body: LeaseReplySchema },
    },
    refusals: {
      ...BODY_REFUSALS,
      401: "No token, or no session",
      403: "Wrong token",
      404: "No such experiment",
      426: "Another protocol version",
      503: "The operator has set no token",
    },
  }),
  requireOperator,
  atMost(8 * 1024),
  jsonBody(AuditAsk),
  async (c) => {
    const { session: token, ask, ...wish } = c.req.valid("json");
    const session = await openToken(await serverSecret(c.env), token);
    if (!session || session.expires <= Date.now()) return problemResponse(noSession.problem);
    const { volunteer, network } = session;
    const { own, reruns, replicas = [] } = await studyIndex(c.env);
    const ids = ask.experiment ? [ask.experiment] : [...own, ...reruns, ...replicas];
    const start = Math.floor(Math.random() * ids.length);
    for (const id of [...ids.slice(start), ...ids.slice(0, start)]) {
      const reply = await coordinator(c.env, id).leaseForOperator({ ...ask, volunteer, network }, wish);
      if (!reply.ok) return problemResponse(reply.problem);
      if (reply.value) return c.json({ kind: "lease", lease: reply.value } satisfies LeaseReply, 201);
    }
    return c.json({
      kind: "idle",
      reason: "Nothing is to be audited now.",
      retryAfterSeconds: RETRY_SECONDS,
    } satisfies LeaseReply);
  },
);
