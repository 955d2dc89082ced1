import { registerHooks } from "node:module";
import type { HandIn, ResultReply } from "../../shared/protocol/result.ts";
import type { ExperimentHeader } from "../../shared/protocol/experiment.ts";
import type { CommitReply, Commits } from "../../shared/protocol/audit.ts";
import type { Heartbeat, HeartbeatReply, LeaseReply, LeaseRequest } from "../../shared/protocol/lease.ts";
import type { Outcome } from "../../workers/problem.ts";
import type { Place } from "../../workers/gateway/place.ts";
import { MemoryStorage } from "./storage.ts";

/** What is asked of the coordinator's class here. Its own types name the platform, which is not there. */
export interface Coordinator {
  clock: () => number;
  open(header: ExperimentHeader, place?: Place): Promise<boolean>;
  lease(ask: LeaseRequest & { volunteer: string; network: string }): Promise<Outcome<LeaseReply>>;
  commit(id: string, volunteer: string, commits: Commits): Promise<Outcome<CommitReply>>;
  heartbeat(id: string, volunteer: string, beat: Heartbeat): Promise<Outcome<HeartbeatReply>>;
  handIn(id: string, by: { volunteer: string; network: string }, signed: HandIn): Promise<Outcome<ResultReply>>;
  giveBack(id: string): Promise<Outcome<null>>;
  alarm(): Promise<void>;
}

/** One object: the project's own class, on a storage in memory, and what its calls took. */
export interface Hosted {
  readonly object: Coordinator;
  readonly storage: MemoryStorage;
  /** Milliseconds of processor time. */
  busyMs: number;
  calls: number;
}

// The class extends one of the platform's; here it is this one.
registerHooks({
  resolve: (specifier, context, next) =>
    specifier === "cloudflare:workers"
      ? { url: new URL("./durable-object.ts", import.meta.url).href, shortCircuit: true }
      : next(specifier, context),
});
// A name that is no literal, since the file's types name the platform.
const file: string = "../../workers/coordinator-object.ts";
const { CoordinatorObject } = (await import(file)) as { CoordinatorObject: new (ctx: unknown, env: unknown) => Coordinator };

/** The platform, as far as a coordinator asks for it: its objects by name, KV that counts its writes, R2 that holds what was stored. */
export class Platform {
  readonly objects = new Map<string, Hosted>();
  kvWrites = 0;
  /** Virtual time, in ms since 1970. */
  now = Date.UTC(2030, 0, 1);
  /** States that were stored, by hash. */
  readonly states = new Map<string, Uint8Array<ArrayBuffer>>();
  readonly #env: unknown;
  /** Processor time of calls that the one in hand made itself. */
  #insideMs = 0;

  constructor() {
    const nothing = () => Promise.resolve();
    const stored = (key: string) => {
      const bytes = this.states.get(key.replace("checkpoints/", ""));
      return Promise.resolve(bytes ? { size: bytes.length, arrayBuffer: () => Promise.resolve(bytes.buffer) } : null);
    };
    this.#env = {
      ...{
        PROFILE: "pilot",
        PUBLISH_SECONDS: "10",
        KV_WRITES_PER_DAY: "0",
        LOG_LINES: "off",
        GATEWAYS: "0",
        VERSION: { id: "scale" },
      },
      METRICS: { put: () => (this.kvWrites++, Promise.resolve()), get: () => Promise.resolve(null) },
      CHECKPOINTS: { head: stored, get: stored, delete: nothing },
      COORDINATOR: { getByName: (name: string) => this.stub(name) },
      STUDY: {
        getByName: () => ({
          hear: nothing,
          noteGifts: nothing,
          void: () => Promise.resolve(0),
          tolerances: () => Promise.resolve({}),
        }),
      },
      SOCKETS: { getByName: () => ({ broadcast: nothing }) },
    };
  }

  #host(name: string): Hosted {
    const known = this.objects.get(name);
    if (known) return known;
    const storage = new MemoryStorage();
    const object = new CoordinatorObject({ storage, blockConcurrencyWhile: (work: () => Promise<void>) => work() }, this.#env);
    object.clock = () => this.now;
    const hosted = { object, storage, busyMs: 0, calls: 0 };
    this.objects.set(name, hosted);
    return hosted;
  }

  /** An object as others call it: asynchronously, and with its processor time counted, that of the objects which it calls left out. */
  stub(name: string): Coordinator {
    const hosted = this.#host(name);
    return new Proxy(hosted.object, {
      get: (object, property) => {
        const method = Reflect.get(object, property) as unknown;
        if (typeof method !== "function") return method;
        return async (...args: unknown[]) => {
          const before = this.#insideMs;
          this.#insideMs = 0;
          const began = process.cpuUsage();
          try {
            return await (Reflect.apply(method, object, args) as Promise<unknown>);
          } finally {
            const { user, system } = process.cpuUsage(began);
            const tookMs = (user + system) / 1000;
            hosted.calls++;
            hosted.busyMs += tookMs - this.#insideMs;
            this.#insideMs = before + tookMs;
          }
        };
      },
    });
  }

  /** Lets every alarm go off that is due. */
  async wake(): Promise<void> {
    for (const [name, { storage }] of this.objects) {
      if (storage.alarmAt === null || storage.alarmAt > this.now) continue;
      storage.alarmAt = null;
      await this.stub(name).alarm();
    }
  }

  /** Counts from now on. */
  reset(): void {
    this.kvWrites = 0;
    for (const hosted of this.objects.values()) {
      hosted.busyMs = hosted.calls = hosted.storage.rowsChanged = 0;
    }
  }
}
