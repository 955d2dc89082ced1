import { DurableObject, exports } from "cloudflare:workers";
import { PING, PONG, type SocketAnswer, type SocketEvent, type SocketQuestion } from "../../shared/protocol/socket.ts";
import { problem } from "../problem.ts";
import { MAX_RESULT_BYTES } from "../coordinator/plan-limits.ts";
import { questionId, readQuestion } from "./read-question.ts";

/** Open sockets at most: the platform takes 32,768, and one thread has to answer them. */
const MAX_SOCKETS = 20_000;
/** A hand-in and what stands around it. */
const MAX_MESSAGE_BYTES = MAX_RESULT_BYTES + 32 * 1024;

/** What a socket keeps while its object sleeps. */
interface Attachment {
  /** The address that it came from, for the limits. */
  readonly address: string | null;
}

/**
 * Volunteers' open lines. A question is asked of the Worker as any HTTP client would ask it, so checks, limits and errors are one thing; the answer goes back the same way.
 * Between messages the object sleeps and costs nothing (WebSocket hibernation).
 */
export class SocketObject extends DurableObject<Env> {
  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair(PING, PONG));
  }

  /** Takes the socket of an upgrade. */
  override fetch(request: Request): Response {
    if (this.ctx.getWebSockets().length >= MAX_SOCKETS)
      return new Response(null, { status: 503, headers: { "retry-after": "600" } });
    const [client, server] = Object.values(new WebSocketPair()) as [WebSocket, WebSocket];
    this.ctx.acceptWebSocket(server);
    server.serializeAttachment({ address: request.headers.get("cf-connecting-ip") } satisfies Attachment);
    return new Response(null, { status: 101, webSocket: client });
  }

  override async webSocketMessage(socket: WebSocket, message: string | ArrayBuffer): Promise<void> {
    const size = typeof message === "string" ? message.length : message.byteLength;
    if (typeof message !== "string" || size > MAX_MESSAGE_BYTES) {
      return socket.close(
        1009,
        `got ${size} ${typeof message === "string" ? "characters" : "bytes"}, want JSON text of at most ${MAX_MESSAGE_BYTES}`,
      );
    }
    const question = readQuestion(message);
    const answer = question.ok
      ? await this.answer(socket, question.value)
      : { id: questionId(message), status: 400, body: question.problem };
    send(socket, answer);
  }

  override webSocketClose(socket: WebSocket, code: number): void {
    // 1005 and 1006 are said about a close, never in one.
    socket.close(code === 1005 || code === 1006 ? 1000 : code);
  }

  /** Tells everyone. */
  broadcast(event: SocketEvent): void {
    for (const socket of this.ctx.getWebSockets()) send(socket, event);
  }

  private async answer(socket: WebSocket, { id, method, path, body, token }: SocketQuestion): Promise<SocketAnswer> {
    const { address } = socket.deserializeAttachment() as Attachment;
    const headers = new Headers();
    if (address !== null) headers.set("cf-connecting-ip", address);
    if (token !== undefined) headers.set("authorization", `Bearer ${token}`);
    if (body !== undefined) headers.set("content-type", "application/json");
    try {
      const request = new Request(`https://socket.invalid${path}`, {
        method,
        headers,
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      const response = await exports.default.fetch(request);
      const text = await response.text();
      return { id, status: response.status, ...(text !== "" && { body: JSON.parse(text) as unknown }) };
    } catch (error) {
      console.error(`socket: ${method} ${path}`, error);
      const detail = "This is our mistake, not yours.";
      return {
        id,
        status: 500,
        body: problem(500, { title: "The coordinator failed", detail, remedy: "Try again in a minute." }),
      };
    }
  }
}

/** A socket may have gone while its answer was made: then nobody waits for it. */
function send(socket: WebSocket, message: SocketAnswer | SocketEvent): void {
  try {
    socket.send(JSON.stringify(message));
  } catch {
    // Gone.
  }
}
