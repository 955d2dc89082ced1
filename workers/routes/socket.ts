import { createFactory } from "hono/factory";
import type { Api } from "../admission.ts";
import { describe } from "../describe.ts";
import { problem, problemResponse } from "../problem.ts";
import { sockets } from "../socket/announce.ts";

export const socket = createFactory<Api>().createHandlers(
  describe({
    operationId: "socket",
    summary: "Open a line to ask over, and to be told of news",
    description:
      "A WebSocket. Each message is a question `{id, method, path, body, token}` to one of the volunteer's endpoints, and is answered by `{id, status, body}` as HTTP would; `{event: ...}` comes unasked. `ping` is answered by `pong`. Everything works without it.",
    tags: ["volunteer"],
    replies: { 101: { description: "The line is open.", body: null } },
    refusals: { 426: "Not a request for a WebSocket", 503: "Too many lines are open: use HTTP" },
  }),
  async (c) => {
    if (c.req.header("upgrade")?.toLowerCase() !== "websocket") {
      const detail = `Upgrade: got ${c.req.header("upgrade") ?? "nothing"}, want websocket`;
      const remedy = "Connect with a WebSocket client, or use the endpoints over HTTP.";
      return problemResponse(problem(426, { title: "Not a WebSocket", detail, remedy }), { upgrade: "websocket" });
    }
    const reply = await sockets(c.env).fetch(c.req.raw);
    if (reply.status === 101) return reply;
    const detail = "As many lines are open as one coordinator holds.";
    const remedy = "Use the endpoints over HTTP; everything works there too.";
    return problemResponse(problem(503, { title: "Too many lines", detail, remedy, retryAfterSeconds: 600 }));
  },
);
