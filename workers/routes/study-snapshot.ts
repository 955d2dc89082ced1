import { createFactory } from "hono/factory";
import { StudySnapshot } from "../../shared/protocol/snapshot.ts";
import type { Api } from "../admission.ts";
import { describe } from "../describe.ts";
import { readStudySnapshot } from "../metrics-kv.ts";
import { studyIndex } from "../study.ts";

/** Read from KV alone, so that readers never reach a Durable Object. */
export const studySnapshot = createFactory<Api>().createHandlers(
  describe({
    operationId: "studySnapshot",
    summary: "Merged metrics of every experiment and rerun",
    tags: ["report"],
    replies: { 200: { description: "All that the report reads.", body: StudySnapshot } },
  }),
  async (c) => {
    const body = readStudySnapshot(c.env.METRICS, await studyIndex(c.env), new Date().toISOString());
    return c.body(body, 200, { "content-type": "application/json", "cache-control": "public, max-age=2" });
  },
);
