import { randomUUID } from "node:crypto";
import { compileTraining } from "../../../shared/nn/training.ts";
import type { Commit, CommitReply } from "../../../shared/protocol/audit.ts";
import type { Heartbeat, Lease, LeaseReply, LeaseRequest } from "../../../shared/protocol/lease.ts";
import type { Result, ResultReply } from "../../../shared/protocol/result.ts";
import type { TrainingSpec } from "../../../shared/protocol/training-spec.ts";
import { Refused } from "../../../shared/volunteer/outcomes.ts";
import type { Coordinator } from "../../../shared/volunteer/ports.ts";

/** A coordinator of one run, in memory, that remembers all it was asked. */
export class MemoryCoordinator implements Coordinator {
  readonly results: Result[] = [];
  readonly requests: LeaseRequest[] = [];
  readonly beats: Heartbeat[] = [];
  readonly commits: Commit[] = [];
  readonly parts: Result[] = [];
  readonly returned: string[] = [];
  readonly checkpoints = new Map<string, Uint8Array>();
  leases: Lease[] = [];
  /** Steps between commits, and which checkpoints are wanted of an interval. */
  commitEvery: number | undefined;
  wanted: (commit: Commit) => string[] = () => [];
  brings = false;
  readonly #spec: TrainingSpec;
  readonly #shardSteps: number;
  readonly #modelSha256: string;
  #trained = 0;
  #dead = new Set<string>();

  constructor(spec: TrainingSpec, shardSteps: number, modelSha256 = compileTraining(spec, "cpu").train.sha256) {
    this.#spec = spec;
    this.#shardSteps = shardSteps;
    this.#modelSha256 = modelSha256;
  }

  /** Ends every lease, as after three missed heartbeats. */
  expire(): void {
    for (const { id } of this.leases) this.#dead.add(id);
  }

  lease(request: LeaseRequest): Promise<LeaseReply> {
    this.requests.push(request);
    const index = this.results.length;
    const of = Math.ceil(this.#spec.steps / this.#shardSteps);
    const fromStep = this.#trained;
    if (fromStep >= this.#spec.steps || this.results.at(-1)?.divergedAt != null) {
      return Promise.resolve({ kind: "idle", reason: "All runs are finished.", retryAfterSeconds: 60 });
    }
    const lease: Lease = {
      id: `tiny.${randomUUID()}`,
      deadline: new Date().toISOString(),
      heartbeatSeconds: 25,
      experiment: { id: "tiny", title: "Tiny", question: "Does it train?" },
      variant: { id: "batchnorm", label: "BatchNorm" },
      shard: {
        id: `batchnorm.s7.k${index}`,
        index,
        of,
        fromStep,
        toStep: Math.min(this.#spec.steps, fromStep + this.#shardSteps),
      },
      spec: this.#spec,
      startCheckpoint: this.results.at(-1)?.endCheckpoint ?? null,
      modelSha256: this.#modelSha256,
      ...(this.commitEvery !== undefined && { commitEvery: this.commitEvery }),
    };
    this.leases.push(lease);
    return Promise.resolve({ kind: "lease", lease });
  }

  heartbeat(lease: string, report: Heartbeat) {
    this.#live(lease);
    this.beats.push(report);
    return Promise.resolve({ deadline: new Date().toISOString() });
  }

  commit(lease: string, commits: readonly Commit[]): Promise<CommitReply> {
    this.#live(lease);
    const wanted = commits.flatMap((commit) => {
      this.commits.push(commit);
      return this.wanted(commit);
    });
    return Promise.resolve({ deadline: new Date().toISOString(), wanted });
  }

  keepPart(lease: string, result: Result) {
    this.#live(lease);
    if (!this.checkpoints.has(result.endCheckpoint!)) throw new Error("the checkpoint is not there");
    if (this.commits.at(-1)?.step !== result.toStep) throw new Error("the part is not bound");
    this.parts.push(result);
    return Promise.resolve({ deadline: new Date().toISOString() });
  }

  /** Nobody hands in any more: the last part counts, as when somebody else goes on. */
  promote(): void {
    const part = this.parts.at(-1)!;
    this.results.push(part);
    this.#trained = part.toStep!;
    this.expire();
  }

  /** With `brings` the answer brings the next lease along. */
  async handIn(lease: string, result: Result, next?: LeaseRequest): Promise<ResultReply> {
    this.#live(lease);
    if (result.endCheckpoint !== null && !this.checkpoints.has(result.endCheckpoint))
      throw new Error("the checkpoint is not there");
    this.results.push(result);
    this.#trained = result.toStep ?? this.leases.find(({ id }) => id === lease)!.shard.toStep;
    this.#dead.add(lease);
    const run = { trainedSteps: 0, steps: this.#spec.steps, finished: false };
    const reply = { kind: "accepted" as const, run, contribution: { shards: this.results.length, steps: 0 } };
    return this.brings && next ? { ...reply, next: await this.lease(next) } : reply;
  }

  giveBack(lease: string) {
    this.returned.push(lease);
    this.#dead.add(lease);
    return Promise.resolve();
  }

  putCheckpoint(sha256: string, lease: string, bytes: Uint8Array) {
    this.#live(lease);
    this.checkpoints.set(sha256, bytes);
    return Promise.resolve();
  }

  getCheckpoint(sha256: string) {
    return Promise.resolve(this.checkpoints.get(sha256)!);
  }

  #live(lease: string): void {
    if (this.#dead.has(lease)) throw new Refused({ title: "Gone", status: 410, detail: "The lease is over." });
  }
}
