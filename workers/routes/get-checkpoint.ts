import { createFactory } from "hono/factory";
import { Sha256 } from "../../shared/protocol/primitives.ts";
import type { Api } from "../admission.ts";
import { readCheckpoint } from "../checkpoints-r2.ts";
import { describe } from "../describe.ts";
import { checkpointParameter } from "../parameters.ts";
import { problem, problemResponse } from "../problem.ts";

export const getCheckpoint = createFactory<Api>().createHandlers(
  describe({
    operationId: "getCheckpoint",
    summary: "Fetch a checkpoint",
    description: "Its name is the hash of its bytes, so it never changes.",
    tags: ["volunteer"],
    parameters: [checkpointParameter],
    replies: {
      200: { description: "The bytes.", body: "application/octet-stream" },
      304: { description: "You have it.", body: null },
    },
    refusals: { 404: "No such checkpoint" },
  }),
  async (c) => {
    const sha256 = Sha256.safeParse(c.req.param("sha256"));
    const object = sha256.success ? await readCheckpoint(c.env.CHECKPOINTS, sha256.data) : null;
    if (!sha256.success || !object) {
      const detail = `got ${JSON.stringify(c.req.param("sha256"))}, want the SHA-256 of a checkpoint that was handed in`;
      return problemResponse(
        problem(404, { title: "No such checkpoint", detail, remedy: "Give the lease back and ask for another." }),
      );
    }
    const etag = `"${sha256.data}"`;
    const headers = { etag, "cache-control": "public, max-age=31536000, immutable" };
    if (c.req.header("if-none-match") === etag) {
      await object.body.cancel();
      return c.body(null, 304, headers);
    }
    return c.body(object.body, 200, {
      ...headers,
      "content-type": "application/octet-stream",
      "content-length": String(object.size),
    });
  },
);
