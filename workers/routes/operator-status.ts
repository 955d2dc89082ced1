import { createFactory } from "hono/factory";
import { OperatorStatus } from "../../shared/protocol/operator.ts";
import type { Api } from "../admission.ts";
import { requireOperator } from "../bearer.ts";
import { describe } from "../describe.ts";
import { OPERATOR_REFUSALS } from "../operator/refusals.ts";
import { study, studyIndex } from "../study.ts";

export const operatorStatus = createFactory<Api>().createHandlers(
  describe({
    operationId: "operatorStatus",
    summary: "The study as its operator sees it",
    tags: ["operator"],
    bearer: "operatorToken",
    replies: { 200: { description: "Experiments, runs, leases, rates, storage.", body: OperatorStatus } },
    refusals: OPERATOR_REFUSALS,
  }),
  requireOperator,
  async (c) => {
    await studyIndex(c.env);
    return c.json((await study(c.env).status()) satisfies OperatorStatus);
  },
);
