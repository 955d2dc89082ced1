import { createFactory } from "hono/factory";
import type { Api } from "../admission.ts";
import { requireOperator } from "../bearer.ts";
import { describe } from "../describe.ts";
import { bundleLines, streamOf } from "../operator/bundle-lines.ts";
import { OPERATOR_REFUSALS } from "../operator/refusals.ts";

export const operatorExport = createFactory<Api>().createHandlers(
  describe({
    operationId: "export",
    summary: "Everything that is kept, as JSON lines",
    description:
      "What `npm run export` makes a bundle of: it adds the checkpoints from which runs go on, the verdicts, and an end line without which a file counts as cut off. Of one moment for each experiment; pause the study for one moment of all.",
    tags: ["operator"],
    bearer: "operatorToken",
    replies: { 200: { description: "One line for each log entry, table row and experiment.", body: "application/jsonl" } },
    refusals: OPERATOR_REFUSALS,
  }),
  requireOperator,
  (c) => c.body(streamOf(bundleLines(c.env, new Date().toISOString())), 200, { "content-type": "application/jsonl" }),
);
