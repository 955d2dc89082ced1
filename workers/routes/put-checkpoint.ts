import { createFactory } from "hono/factory";
import { Sha256 } from "../../shared/protocol/primitives.ts";
import { StoredCheckpoint } from "../../shared/protocol/stored-checkpoint.ts";
import type { Api } from "../admission.ts";
import { storeCheckpoint } from "../checkpoints-r2.ts";
import { noSuchLease } from "../coordinator/refusals.ts";
import { describe } from "../describe.ts";
import { granterOf } from "../gateway/granters.ts";
import { requireSession } from "../identity/require-session.ts";
import { checkpointParameter } from "../parameters.ts";
import { problem, problemResponse } from "../problem.ts";

export const putCheckpoint = createFactory<Api>().createHandlers(
  describe({
    operationId: "putCheckpoint",
    summary: "Store a checkpoint",
    description:
      "Belongs to a lease, whose network bounds its size. Idempotent. The bytes stream to storage, which checks their hash.",
    tags: ["volunteer"],
    bearer: "session",
    parameters: [checkpointParameter, { name: "lease", in: "query", description: "the lease it belongs to" }],
    rawBody: "application/octet-stream",
    replies: { 201: { description: "Stored, now or before.", body: StoredCheckpoint } },
    refusals: {
      400: "Not the name of a checkpoint",
      401: "No session",
      403: "Another volunteer's lease",
      404: "No such lease",
      409: "The lease's shard is resolved",
      410: "The lease is over",
      408: "The bytes came too slowly",
      411: "No Content-Length",
      413: "Larger than a checkpoint of the lease's network",
      422: "The bytes have another hash; nothing was stored",
      429: "Too many requests",
    },
  }),
  requireSession,
  async (c) => {
    const sha256 = Sha256.safeParse(c.req.param("sha256"));
    if (!sha256.success) {
      const detail = `sha256: got ${JSON.stringify(c.req.param("sha256"))}, want 64 lower-case hexadecimal digits`;
      return problemResponse(problem(400, { title: "Not the name of a checkpoint", detail }));
    }
    const length = c.req.header("content-length");
    if (!length || !/^\d+$/.test(length) || !c.req.raw.body) {
      const detail = "got a body of unknown length, want a Content-Length";
      return problemResponse(
        problem(411, { title: "Length required", detail, remedy: "Send the bytes as one buffer, not as a stream." }),
      );
    }
    const id = c.req.query("lease") ?? "";
    const { volunteer } = c.var.session;
    const admitted = id.includes(".") ? await granterOf(c.env, id).admitCheckpoint(id, volunteer) : noSuchLease(id);
    if (!admitted.ok) return problemResponse(admitted.problem);
    const bytes = Number(length);
    if (bytes > admitted.value) {
      const detail = `got ${bytes} bytes, want at most ${admitted.value}, the size of a checkpoint of the lease's network`;
      return problemResponse(problem(413, { title: "Checkpoint too large", detail }));
    }
    if (await storeCheckpoint(c.env.CHECKPOINTS, sha256.data, c.req.raw.body, bytes)) {
      return c.json({ sha256: sha256.data, bytes } satisfies StoredCheckpoint, 201);
    }
    const detail = `got ${bytes} bytes with another SHA-256, want ${sha256.data}. Nothing was stored.`;
    return problemResponse(
      problem(422, { title: "Damaged checkpoint", detail, remedy: "Hash the bytes again and send them again." }),
    );
  },
);
