import { CommitReply } from "../protocol/audit.ts";
import { CalibrationReply } from "../protocol/calibration.ts";
import { canonicalJson } from "../math/json.ts";
import { sha256Hex } from "../math/sha256.ts";
import { HeartbeatReply, LeaseReply } from "../protocol/lease.ts";
import { type HandIn, type Part, type Result, ResultReply } from "../protocol/result.ts";
import { resultText, volunteerId } from "../protocol/signature.ts";
import { readAnswer } from "./answer.ts";
import { download, send, type Fetch } from "./http.ts";
import type { Coordinator, Keys } from "./ports.ts";
import { SessionKeeper, type SessionWishes } from "./session.ts";
import { bearer, httpTransport, type CoordinatorTransport } from "./transport.ts";

/** How to reach a coordinator, and who does. */
export interface Reach extends SessionWishes {
  readonly fetch: Fetch;
  /** For example "https://example.org", without a slash at the end; "" in a page of the same origin. */
  readonly origin: string;
  readonly keys: () => Promise<Keys>;
  /** Absent: HTTP. Checkpoints go over HTTP in any case, as bytes. */
  readonly transport?: CoordinatorTransport;
}

/** The coordinator as the volunteer's loop wants it: with a session that is opened by itself, and results signed. */
export function openCoordinator({
  fetch,
  origin,
  keys,
  transport = httpTransport(fetch, origin),
  ...wishes
}: Reach): Coordinator {
  const session = new SessionKeeper(transport, keys, wishes);
  const post = (path: string, body: unknown) => session.with((token) => transport.ask({ method: "POST", path, body, token }));
  const of = (lease: string) => `/api/leases/${encodeURIComponent(lease)}`;
  const signed = async (lease: string, result: Result): Promise<Part> => {
    const { publicKey, sign } = await keys();
    return { result, publicKey, signature: await sign(resultText(lease, sha256Hex(canonicalJson(result)))) };
  };
  return {
    calibrate: async (calibration) => readAnswer(CalibrationReply, await post("/api/calibrations", calibration)),
    volunteer: async () => volunteerId((await keys()).publicKey) ?? "",
    lease: async (request) => readAnswer(LeaseReply, await post("/api/leases", request)),
    heartbeat: async (lease, report) => readAnswer(HeartbeatReply, await post(`${of(lease)}/heartbeat`, report)),
    commit: async (lease, commits) => readAnswer(CommitReply, await post(`${of(lease)}/commits`, { commits })),
    keepPart: async (lease, result) => readAnswer(HeartbeatReply, await post(`${of(lease)}/part`, await signed(lease, result))),
    handIn: async (lease, result, next) => {
      const body: HandIn = { ...(await signed(lease, result)), ...(next && { next }) };
      return readAnswer(ResultReply, await post(`${of(lease)}/result`, body));
    },
    giveBack: async (lease) => {
      await transport.ask({ method: "POST", path: `${of(lease)}/return`, timeoutMs: 5_000 });
    },
    putCheckpoint: async (sha256, lease, bytes) => {
      const url = `${origin}/api/checkpoints/${sha256}?lease=${encodeURIComponent(lease)}`;
      await session.with((token) =>
        send(fetch, url, {
          method: "PUT",
          headers: { "content-type": "application/octet-stream", ...bearer(token) },
          body: new Uint8Array(bytes),
        }),
      );
    },
    getCheckpoint: (sha256) => download(fetch, `${origin}/api/checkpoints/${sha256}`, () => undefined),
  };
}
