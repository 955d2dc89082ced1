import { createFactory } from "hono/factory";
import { ExperimentResults } from "../../shared/protocol/result.ts";
import type { Api } from "../admission.ts";
import { noSuchExperiment } from "../coordinator/refusals.ts";
import { describe } from "../describe.ts";
import { experimentParameter } from "../parameters.ts";
import { problemResponse } from "../problem.ts";
import { coordinator } from "../study.ts";

export const results = createFactory<Api>().createHandlers(
  describe({
    operationId: "results",
    summary: "Every accepted result of an experiment",
    description: "Enough to merge the metrics again and compare them with the snapshot's `metricsSha256`.",
    tags: ["report"],
    parameters: [experimentParameter],
    replies: { 200: { description: "The plan and the results, in no particular order.", body: ExperimentResults } },
    refusals: { 404: "No such experiment" },
  }),
  async (c) => {
    const id = c.req.param("experiment") ?? "";
    const reply = await coordinator(c.env, id).results();
    if (!reply.ok) return problemResponse(noSuchExperiment(id).problem);
    return c.body(reply.value, 200, { "content-type": "application/json" });
  },
);
