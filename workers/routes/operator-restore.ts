import { createFactory } from "hono/factory";
import { Restored } from "../../shared/protocol/bundle.ts";
import { type Api, atMost } from "../admission.ts";
import { requireOperator } from "../bearer.ts";
import { describe } from "../describe.ts";
import { OPERATOR_REFUSALS } from "../operator/refusals.ts";
import { parseLines, restoreLines } from "../operator/restore-lines.ts";
import { problemResponse } from "../problem.ts";

export const operatorRestore = createFactory<Api>().createHandlers(
  describe({
    operationId: "restore",
    summary: "Put lines of a bundle back into an empty coordinator",
    description:
      "The lines of kind `log`, `study`, `experiment` and `row`, in the bundle's order, in as many calls as they need: `npm run restore` does it. Chains are checked again, and what was taken before is passed over, so that a restore that broke off can begin again.",
    tags: ["operator"],
    bearer: "operatorToken",
    rawBody: "application/jsonl",
    replies: { 200: { description: "Taken, now or before.", body: Restored } },
    refusals: {
      ...OPERATOR_REFUSALS,
      400: "Not lines of a bundle",
      409: "Not an empty coordinator, or one with gateways",
      413: "Body too large",
      422: "A broken chain, or a bundle of another release",
    },
  }),
  requireOperator,
  atMost(32 * 2 ** 20),
  async (c) => {
    const lines = parseLines(new TextDecoder().decode(await c.req.arrayBuffer()));
    if (!lines.ok) return problemResponse(lines.problem);
    const restored = await restoreLines(c.env, lines.value);
    return restored.ok ? c.json({ lines: lines.value.length }) : problemResponse(restored.problem);
  },
);
