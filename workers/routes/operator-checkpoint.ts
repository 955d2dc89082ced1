import { createFactory } from "hono/factory";
import { Sha256 } from "../../shared/protocol/primitives.ts";
import { StoredCheckpoint } from "../../shared/protocol/stored-checkpoint.ts";
import type { Api } from "../admission.ts";
import { requireOperator } from "../bearer.ts";
import { storeCheckpoint } from "../checkpoints-r2.ts";
import { MAX_CHECKPOINT_BYTES } from "../coordinator/plan-limits.ts";
import { describe } from "../describe.ts";
import { OPERATOR_REFUSALS } from "../operator/refusals.ts";
import { checkpointParameter } from "../parameters.ts";
import { problem, problemResponse } from "../problem.ts";
import { tooLarge } from "../steady-body.ts";

export const operatorCheckpoint = createFactory<Api>().createHandlers(
  describe({
    operationId: "restoreCheckpoint",
    summary: "Put a checkpoint of a bundle back",
    tags: ["operator"],
    bearer: "operatorToken",
    parameters: [checkpointParameter],
    rawBody: "application/octet-stream",
    replies: { 201: { description: "Stored, now or before.", body: StoredCheckpoint } },
    refusals: {
      ...OPERATOR_REFUSALS,
      400: "Not the name of a checkpoint",
      408: "The bytes came too slowly",
      411: "No Content-Length",
      413: "Too large",
      422: "The bytes have another hash",
    },
  }),
  requireOperator,
  async (c) => {
    const sha256 = Sha256.safeParse(c.req.param("sha256"));
    if (!sha256.success) {
      const detail = `sha256: got ${JSON.stringify(c.req.param("sha256"))}, want 64 lower-case hexadecimal digits`;
      return problemResponse(problem(400, { title: "Not the name of a checkpoint", detail }));
    }
    const bytes = Number(c.req.header("content-length") ?? Number.NaN);
    if (!Number.isInteger(bytes) || !c.req.raw.body) {
      const detail = "got a body of unknown length, want a Content-Length";
      return problemResponse(problem(411, { title: "Length required", detail }));
    }
    if (bytes > MAX_CHECKPOINT_BYTES) return problemResponse(tooLarge(MAX_CHECKPOINT_BYTES));
    if (await storeCheckpoint(c.env.CHECKPOINTS, sha256.data, c.req.raw.body, bytes)) {
      return c.json({ sha256: sha256.data, bytes } satisfies StoredCheckpoint, 201);
    }
    const detail = `got ${bytes} bytes with another SHA-256, want ${sha256.data}. Nothing was stored.`;
    return problemResponse(
      problem(422, { title: "Damaged checkpoint", detail, remedy: "Check the bundle: npm run verify -- FILE" }),
    );
  },
);
