import { createFactory } from "hono/factory";
import { ExperimentSnapshot } from "../../shared/protocol/snapshot.ts";
import type { Api } from "../admission.ts";
import { noSuchExperiment } from "../coordinator/refusals.ts";
import { describe } from "../describe.ts";
import { readSnapshot } from "../metrics-kv.ts";
import { experimentParameter } from "../parameters.ts";
import { problemResponse } from "../problem.ts";
import { studyIndex } from "../study.ts";

export const experimentSnapshot = createFactory<Api>().createHandlers(
  describe({
    operationId: "experimentSnapshot",
    summary: "Merged metrics of one experiment, rerun or replicas of an experiment's pairs",
    tags: ["report"],
    parameters: [experimentParameter],
    replies: { 200: { description: "Its snapshot.", body: ExperimentSnapshot } },
    refusals: { 404: "No such experiment" },
  }),
  async (c) => {
    const id = c.req.param("experiment") ?? "";
    const { own, reruns, replicas = [] } = await studyIndex(c.env);
    // Only listed names are looked up: KV would remember for a while that an unlisted one is not there.
    const text = [...own, ...reruns, ...replicas].includes(id) ? await readSnapshot(c.env.METRICS, id) : null;
    if (text === null) return problemResponse(noSuchExperiment(id).problem);
    return c.body(text, 200, { "content-type": "application/json", "cache-control": "public, max-age=2" });
  },
);
