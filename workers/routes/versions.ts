import { createFactory } from "hono/factory";
import { canonicalJson } from "../../shared/math/json.ts";
import { sha256Hex } from "../../shared/math/sha256.ts";
import { PROTOCOL_VERSION } from "../../shared/protocol/version.ts";
import { StudyVersions } from "../../shared/protocol/versions.ts";
import type { Api } from "../admission.ts";
import { describe } from "../describe.ts";
import { readVersion, readVolunteersVersion } from "../metrics-kv.ts";
import { studyIndex } from "../study.ts";

/** Read from KV alone, so that readers never reach a Durable Object. */
export const versions = createFactory<Api>().createHandlers(
  describe({
    operationId: "versions",
    summary: "How new each experiment's snapshot is",
    description: "For pages that stay open: ask this, and then only for the snapshots that changed.",
    tags: ["report"],
    replies: {
      200: { description: "Every experiment and rerun that has been published.", body: StudyVersions },
      304: { description: "As you have it.", body: null },
    },
  }),
  async (c) => {
    const { own, reruns } = await studyIndex(c.env);
    const [volunteers, ...found] = await Promise.all([
      readVolunteersVersion(c.env.METRICS),
      ...[...own, ...reruns].map((id) => readVersion(c.env.METRICS, id)),
    ]);
    const experiments = found.filter((one) => one !== null);
    const body = canonicalJson({ protocol: PROTOCOL_VERSION, experiments, volunteers } satisfies StudyVersions);
    const etag = `"${sha256Hex(body).slice(0, 16)}"`;
    const headers = { etag, "cache-control": "public, max-age=2" };
    if (c.req.header("if-none-match") === etag) return c.body(null, 304, headers);
    return c.body(body, 200, { ...headers, "content-type": "application/json" });
  },
);
