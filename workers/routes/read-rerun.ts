import { createFactory } from "hono/factory";
import { Rerun } from "../../shared/protocol/rerun.ts";
import type { Api } from "../admission.ts";
import { describe } from "../describe.ts";
import { problem, problemResponse } from "../problem.ts";
import { study } from "../study.ts";

export const readRerun = createFactory<Api>().createHandlers(
  describe({
    operationId: "readRerun",
    summary: "One rerun",
    tags: ["reruns"],
    parameters: [{ name: "id", in: "path", description: "the rerun's id" }],
    replies: { 200: { description: "The rerun.", body: Rerun } },
    refusals: { 404: "No such rerun" },
  }),
  async (c) => {
    const id = c.req.param("id") ?? "";
    const rerun = await study(c.env).rerun(id);
    if (rerun) return c.json(rerun);
    const detail = `got ${JSON.stringify(id)}, want the id of a rerun`;
    return problemResponse(problem(404, { title: "No such rerun", detail, remedy: "GET /api/reruns lists them." }));
  },
);
