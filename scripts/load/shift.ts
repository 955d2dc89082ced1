import { intervalEnd } from "../../shared/audit/interval.ts";
import { canonicalJson } from "../../shared/math/json.ts";
import { sha256Hex } from "../../shared/math/sha256.ts";
import { type Commit, CommitReply } from "../../shared/protocol/audit.ts";
import { type Lease, LeaseReply } from "../../shared/protocol/lease.ts";
import { type HandIn, type Result, ResultReply } from "../../shared/protocol/result.ts";
import { resultText } from "../../shared/protocol/signature.ts";
import { PROTOCOL_VERSION } from "../../shared/protocol/version.ts";
import { SessionKeeper } from "../../shared/volunteer/session.ts";
import { type CoordinatorTransport, httpTransport } from "../../shared/volunteer/transport.ts";
import type { Fetch } from "../../shared/volunteer/http.ts";
import { checkpointOf, commitOf, resultOf } from "../crowd/made-up-result.ts";
import type { Someone } from "../crowd/someone.ts";

const device = { provider: "cpu", adapter: null, threads: 1, runtime: "none", platform: "a load" } as const;

/**
 * A volunteer that makes its results up, one request at a time: what it will say is made before it is asked to say it, so that only the
 * coordinator's work is measured.
 */
export class Shift {
  readonly #who: Someone;
  readonly #origin: string;
  readonly #fetch: Fetch;
  readonly #transport: CoordinatorTransport;
  #token = "";
  #lease: Lease | null = null;
  #commits: Commit[] = [];
  #wanted = new Set<string>();
  #states = new Map<string, Uint8Array<ArrayBuffer>>();
  #handIn: HandIn | null = null;

  /** @param transport absent: HTTP */
  constructor(who: Someone, origin: string, transport?: CoordinatorTransport) {
    this.#who = who;
    this.#origin = origin;
    this.#fetch = (url: string, init: RequestInit = {}) =>
      fetch(url, { ...init, headers: { ...init.headers, "cf-connecting-ip": who.address } });
    this.#transport = transport ?? httpTransport(this.#fetch, origin);
  }

  async openSession(): Promise<void> {
    await new SessionKeeper(this.#transport, () => Promise.resolve(this.#who.keys)).with((token) => {
      this.#token = token;
      return Promise.resolve();
    });
  }

  /** @param experiment absent: any  @returns null, or why there is none */
  async lease(experiment?: string): Promise<string | null> {
    const body = { protocol: PROTOCOL_VERSION, device, ...(experiment !== undefined && { experiment }) };
    const reply = LeaseReply.parse(await this.#ask("/api/leases", body));
    this.#lease = reply.kind === "lease" ? reply.lease : null;
    return reply.kind === "lease" ? null : reply.reason;
  }

  /** Makes up what will be said about the lease: states, commits, the result, its signature. */
  async prepare(): Promise<void> {
    const lease = this.#held();
    // Three minutes, so that the next shard is not made longer.
    const result = resultOf(lease, { trainMs: 180_000 });
    this.#wanted.clear();
    this.#states.clear();
    this.#commits = [];
    const { fromStep, toStep } = lease.shard;
    for (let from = fromStep; from < toStep;) {
      const to = intervalEnd(from, toStep, lease.commitEvery ?? toStep);
      const { bytes, sha256 } = checkpointOf({ ...lease, shard: { ...lease.shard, toStep: to } });
      this.#states.set(sha256, bytes);
      this.#commits.push(commitOf(lease, result, from, to));
      from = to;
    }
    this.#handIn = await this.#signed(lease, result);
  }

  async #signed(lease: Lease, result: Result): Promise<HandIn> {
    const { publicKey, sign } = this.#who.keys;
    return { result, publicKey, signature: await sign(resultText(lease.id, sha256Hex(canonicalJson(result)))) };
  }

  get intervals(): number {
    return this.#commits.length;
  }

  /** Binds the intervals from `from` to `to`. */
  async commit(from: number, to: number): Promise<void> {
    const reply = CommitReply.parse(await this.#askOf("commits", { commits: this.#commits.slice(from, to) }));
    for (const sha256 of reply.wanted) this.#wanted.add(sha256);
  }

  async heartbeat(): Promise<void> {
    const step = this.#held().shard.fromStep;
    await this.#askOf("heartbeat", { step, loss: 1, accuracy: null, stepsPerSecond: 10 });
  }

  /** The states that must be stored before the hand-in. */
  get due(): string[] {
    return [...new Set([...this.#wanted, this.#commits.at(-1)!.checkpoint])];
  }

  async store(sha256: string): Promise<void> {
    const lease = encodeURIComponent(this.#held().id);
    const response = await fetch(`${this.#origin}/api/checkpoints/${sha256}?lease=${lease}`, {
      method: "PUT",
      headers: {
        authorization: `Bearer ${this.#token}`,
        "content-type": "application/octet-stream",
        "cf-connecting-ip": this.#who.address,
      },
      body: this.#states.get(sha256)!,
    });
    if (response.status !== 201) throw new Error(`checkpoint: got ${response.status} ${await response.text()}`);
    await response.body?.cancel();
  }

  async handIn(): Promise<void> {
    ResultReply.parse(await this.#askOf("result", this.#handIn));
    this.#lease = null;
  }

  async giveBack(): Promise<void> {
    await this.#askOf("return", undefined);
    this.#lease = null;
  }

  /** Reads something that anyone may read. */
  async read(path: string): Promise<void> {
    const response = await fetch(`${this.#origin}${path}`);
    if (!response.ok) throw new Error(`${path}: got ${response.status} ${await response.text()}`);
    await response.arrayBuffer();
  }

  #held(): Lease {
    if (!this.#lease) throw new Error("load: got no lease, want one");
    return this.#lease;
  }

  #askOf(what: string, body: unknown): Promise<unknown> {
    return this.#ask(`/api/leases/${encodeURIComponent(this.#held().id)}/${what}`, body);
  }

  #ask(path: string, body: unknown): Promise<unknown> {
    return this.#transport.ask({ method: "POST", path, ...(body !== undefined && { body }), token: this.#token });
  }
}
