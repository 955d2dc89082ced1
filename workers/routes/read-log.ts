import { createFactory } from "hono/factory";
import { LogPage } from "../../shared/protocol/action-log.ts";
import type { Api } from "../admission.ts";
import { describe } from "../describe.ts";
import { problem, problemResponse } from "../problem.ts";
import { study } from "../study.ts";

export const readLog = createFactory<Api>().createHandlers(
  describe({
    operationId: "readLog",
    summary: "What was done to the study, besides training",
    description:
      "Append-only, and each entry holds the hash of the one before it: whoever kept an entry's hash can tell that nothing before it was changed.",
    tags: ["report"],
    parameters: [{ name: "after", in: "query", description: "only entries after this number; default 0" }],
    replies: { 200: { description: "Oldest first.", body: LogPage } },
    refusals: { 400: "`after` is not a whole number" },
  }),
  async (c) => {
    const after = c.req.query("after") ?? "0";
    if (!/^\d{1,12}$/.test(after)) {
      const detail = `after: got ${JSON.stringify(after)}, want the number of an entry, or 0`;
      return problemResponse(problem(400, { title: "Malformed request", detail }));
    }
    return c.json((await study(c.env).logPage(Number(after))) satisfies LogPage);
  },
);
