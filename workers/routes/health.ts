import { createFactory } from "hono/factory";
import { Health } from "../../shared/protocol/health.ts";
import { PROTOCOL_VERSION } from "../../shared/protocol/version.ts";
import type { Api } from "../admission.ts";
import { describe } from "../describe.ts";
import { counts } from "../observe.ts";
import { profileName } from "../study.ts";

export const health = createFactory<Api>().createHandlers(
  describe({
    operationId: "health",
    summary: "Is the coordinator there, and what does it speak?",
    tags: ["report"],
    replies: { 200: { description: "It is.", body: Health } },
  }),
  (c) => {
    const { seconds, counts: own } = counts.all(Date.now());
    const what = { protocol: PROTOCOL_VERSION, profile: profileName(c.env.PROFILE), deployment: c.env.VERSION.id };
    return c.json({ ok: true, ...what, upSeconds: seconds, counts: own } satisfies Health);
  },
);
