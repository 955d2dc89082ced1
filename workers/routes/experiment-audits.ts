import { createFactory } from "hono/factory";
import { ExperimentAudits } from "../../shared/protocol/audit.ts";
import type { Api } from "../admission.ts";
import { noSuchExperiment } from "../coordinator/refusals.ts";
import { describe } from "../describe.ts";
import { experimentParameter } from "../parameters.ts";
import { problemResponse } from "../problem.ts";
import { coordinator } from "../study.ts";

export const experimentAudits = createFactory<Api>().createHandlers(
  describe({
    operationId: "audits",
    summary: "Every audit of an experiment",
    description: "Which intervals were drawn and trained again, what each auditor found, and the verdict.",
    tags: ["report"],
    parameters: [experimentParameter],
    replies: { 200: { description: "Oldest first.", body: ExperimentAudits } },
    refusals: { 404: "No such experiment" },
  }),
  async (c) => {
    const id = c.req.param("experiment") ?? "";
    const reply = await coordinator(c.env, id).auditRecords();
    if (!reply.ok) return problemResponse(noSuchExperiment(id).problem);
    return c.json({ audits: reply.value } satisfies ExperimentAudits);
  },
);
