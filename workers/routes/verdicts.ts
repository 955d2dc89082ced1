import { createFactory } from "hono/factory";
import { claims } from "../../shared/claims/index.ts";
import { Verdicts } from "../../shared/protocol/verdicts.ts";
import { PROTOCOL_VERSION } from "../../shared/protocol/version.ts";
import type { Api } from "../admission.ts";
import { noSuchExperiment } from "../coordinator/refusals.ts";
import { describe } from "../describe.ts";
import { readVerdicts } from "../metrics-kv.ts";
import { experimentParameter } from "../parameters.ts";
import { problemResponse } from "../problem.ts";
import { studyIndex } from "../study.ts";

const headers = { "content-type": "application/json", "cache-control": "public, max-age=2" };

const nothingYet = (): Verdicts => ({
  ...{ protocol: PROTOCOL_VERSION, judgedAt: null, claims: claims.length, shards: 0, families: [] },
});

/** Read from KV alone: they are judged when results are published, not when somebody looks. */
export const studyVerdicts = createFactory<Api>().createHandlers(
  describe({
    operationId: "studyVerdicts",
    summary: "Every claim of the paper as judged by the study's own runs",
    tags: ["report"],
    replies: { 200: { description: "Verdicts, with the pairs they rest on.", body: Verdicts } },
  }),
  async (c) => c.body((await readVerdicts(c.env.METRICS, null)) ?? JSON.stringify(nothingYet()), 200, headers),
);

/** The same for one rerun, whose runs are never pooled with the study's. */
export const rerunVerdicts = createFactory<Api>().createHandlers(
  describe({
    operationId: "rerunVerdicts",
    summary: "The claims that a rerun trains both arms of, as judged by its runs alone",
    tags: ["report"],
    parameters: [experimentParameter],
    replies: { 200: { description: "Verdicts of a family with an error of its own.", body: Verdicts } },
    refusals: { 404: "No such rerun" },
  }),
  async (c) => {
    const id = c.req.param("experiment") ?? "";
    const { reruns } = await studyIndex(c.env);
    if (!reruns.includes(id)) return problemResponse(noSuchExperiment(id).problem);
    return c.body((await readVerdicts(c.env.METRICS, id)) ?? JSON.stringify(nothingYet()), 200, headers);
  },
);
