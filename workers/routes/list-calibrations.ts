import { createFactory } from "hono/factory";
import { Calibrations } from "../../shared/protocol/calibration.ts";
import type { Api } from "../admission.ts";
import { describe } from "../describe.ts";
import { readCalibrations } from "../metrics-kv.ts";

/** Read from KV alone, so that readers never reach a Durable Object. */
export const listCalibrations = createFactory<Api>().createHandlers(
  describe({
    operationId: "listCalibrations",
    summary: "How far kinds of devices are from known answers, and what audits allow them",
    tags: ["report"],
    replies: { 200: { description: "By kind of device; no volunteers.", body: Calibrations } },
  }),
  async (c) =>
    c.body(await readCalibrations(c.env.METRICS), 200, {
      "content-type": "application/json",
      "cache-control": "public, max-age=2",
    }),
);
