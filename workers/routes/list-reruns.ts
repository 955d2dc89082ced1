import { createFactory } from "hono/factory";
import { RerunList } from "../../shared/protocol/rerun.ts";
import type { Api } from "../admission.ts";
import { describe } from "../describe.ts";
import { study } from "../study.ts";

export const listReruns = createFactory<Api>().createHandlers(
  describe({
    operationId: "listReruns",
    summary: "Every rerun",
    tags: ["reruns"],
    replies: { 200: { description: "Oldest first.", body: RerunList } },
  }),
  async (c) => c.json({ reruns: await study(c.env).reruns() } satisfies RerunList),
);
