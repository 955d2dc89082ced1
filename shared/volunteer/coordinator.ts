import { CommitReply } from "../protocol/audit.ts";
import { HeartbeatReply, LeaseReply } from "../protocol/lease.ts";
import { ResultReply } from "../protocol/result.ts";
import { download, send, sendForJson, type Fetch } from "./http.ts";
import { Failure } from "./outcomes.ts";
import type { Coordinator } from "./ports.ts";

const TIMEOUT_MS = 30_000;

/**
 * The coordinator over HTTP.
 * @param origin for example "https://example.org", without a slash at the end; "" in a page of the same origin
 */
export function httpCoordinator(fetch: Fetch, origin: string): Coordinator {
  const post = (path: string, body: unknown) =>
    sendForJson(fetch, `${origin}${path}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
      timeoutMs: TIMEOUT_MS,
    });
  const of = (lease: string) => `/api/leases/${encodeURIComponent(lease)}`;
  return {
    lease: async (request) => parse(LeaseReply, await post("/api/leases", request)),
    heartbeat: async (lease, report) => parse(HeartbeatReply, await post(`${of(lease)}/heartbeat`, report)),
    commit: async (lease, commit) => parse(CommitReply, await post(`${of(lease)}/commits`, commit)),
    handIn: async (lease, result) => parse(ResultReply, await post(`${of(lease)}/result`, result)),
    giveBack: async (lease) => {
      await send(fetch, `${origin}${of(lease)}/return`, { method: "POST", timeoutMs: 5_000 });
    },
    putCheckpoint: async (sha256, lease, bytes) => {
      const url = `${origin}/api/checkpoints/${sha256}?lease=${encodeURIComponent(lease)}`;
      await send(fetch, url, {
        method: "PUT",
        headers: { "content-type": "application/octet-stream" },
        body: new Uint8Array(bytes),
      });
    },
    getCheckpoint: (sha256) => download(fetch, `${origin}/api/checkpoints/${sha256}`, () => undefined),
  };
}

interface Schema<T> {
  safeParse(
    value: unknown,
  ): { success: true; data: T } | { success: false; error: { issues: { path: PropertyKey[]; message: string }[] } };
}

function parse<T>(schema: Schema<T>, answer: unknown): T {
  const parsed = schema.safeParse(answer);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new Failure(
    `The coordinator's answer was not understood (${issue?.path.join(".") ?? ""}: ${issue?.message ?? ""}).`,
    "Reload the page: the coordinator is probably newer than this page.",
  );
}
