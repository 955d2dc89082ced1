import { registerHooks } from "node:module";
import type { CommitReply, Commits } from "../../shared/protocol/audit.ts";
import type { Calibration } from "../../shared/protocol/calibration.ts";
import type { ExperimentHeader } from "../../shared/protocol/experiment.ts";
import type { Heartbeat, HeartbeatReply, LeaseReply, LeaseRequest } from "../../shared/protocol/lease.ts";
import type { HandIn, Part, ResultReply } from "../../shared/protocol/result.ts";
import type { StudyIndex } from "../../shared/protocol/study-index.ts";
import type { Outcome } from "../../workers/problem.ts";
import { MemoryStorage } from "./storage.ts";
import { Values } from "./values.ts";

/** Who does something, and where from. */
export interface By {
  readonly volunteer: string;
  readonly network: string;
}

/** What is asked of the objects here. Their own types name the platform, which is not there. */
export interface Coordinator {
  clock: () => number;
  lease(asked: LeaseRequest & By): Promise<Outcome<LeaseReply>>;
  commit(id: string, volunteer: string, commits: Commits): Promise<Outcome<CommitReply>>;
  heartbeat(id: string, volunteer: string, beat: Heartbeat): Promise<Outcome<HeartbeatReply>>;
  admitCheckpoint(id: string, volunteer: string): Promise<Outcome<number>>;
  keepPart(id: string, by: By, signed: Part): Promise<Outcome<HeartbeatReply>>;
  handIn(id: string, by: By, signed: HandIn): Promise<Outcome<ResultReply>>;
  giveBack(id: string): Promise<Outcome<null>>;
  alarm(): Promise<void>;
}
export interface Study {
  clock: () => number;
  index(): Promise<StudyIndex>;
  alarm(): Promise<void>;
}
/** A home of volunteers, or the study's object where there are none. */
export interface Keeper {
  clock: () => number;
  admit(newcomer: Newcomer): Promise<Outcome<unknown>>;
  calibrate(by: By, calibration: Calibration): Promise<Outcome<unknown>>;
  alarm(): Promise<void>;
}
type Newcomer = By & { readonly publicKey: string; readonly alias: string | undefined; readonly made: number };

/** One object: the project's own class, on a storage in memory, and what its calls took. */
export interface Hosted {
  readonly name: string;
  readonly object: Coordinator | Study | Keeper;
  readonly storage: MemoryStorage;
  /** As others call it. */
  readonly stub: unknown;
  /** Milliseconds of processor time. */
  busyMs: number;
  calls: number;
}

// The classes extend one of the platform's; here it is this one.
registerHooks({
  resolve: (specifier, context, next) =>
    specifier === "cloudflare:workers"
      ? { url: new URL("./durable-object.ts", import.meta.url).href, shortCircuit: true }
      : next(specifier, context),
});
// Names that are no literals, since the files' types name the platform.
const [experimentFile, studyFile, homeFile, grantFile, keeperFile, ownFile] = [
  ...["coordinator-object", "study-object", "volunteers-object", "grant-lease", "identity/homes", "study"],
].map((name) => `../../workers/${name}.ts`);
type ObjectClass<T> = new (ctx: unknown, env: unknown) => T;
const { CoordinatorObject } = (await import(experimentFile!)) as { CoordinatorObject: ObjectClass<Coordinator> };
const { StudyObject } = (await import(studyFile!)) as { StudyObject: ObjectClass<Study> };
const { VolunteersObject } = (await import(homeFile!)) as { VolunteersObject: ObjectClass<Keeper> };
const { keeperOf } = (await import(keeperFile!)) as { keeperOf: (env: unknown, volunteer: string) => Promise<Keeper> };
const { grantLease } = (await import(grantFile!)) as {
  grantLease: (env: unknown, asked: LeaseRequest & By, now: number) => Promise<Outcome<LeaseReply>>;
};
const { ownHeaders } = (await import(ownFile!)) as { ownHeaders: (profile: string) => readonly ExperimentHeader[] };

/** The study's own experiments, as a first deployment has them. */
export const ownPlans = (): readonly ExperimentHeader[] => ownHeaders("pilot");
export const STUDY = "the study";
/** Begins the names of volunteers' homes here. */
export const HOME = "volunteers: ";

/** Isolates that ask the objects, each with a memory of its own: one for each city that the platform is in. */
const ISOLATES = 330;
/** One question in so many has its processor time measured; alarms all have. */
const MEASURED = 8;

/** The platform, as far as this project asks for it: its objects by name, KV that counts its writes, R2 that holds what was stored, and isolates that ask. */
export class Platform {
  readonly objects = new Map<string, Hosted>();
  readonly values = new Values();
  /** Virtual ms that pass when an object is made. */
  startMs = 0;
  /** Virtual time, in ms since 1970. */
  now = Date.UTC(2030, 0, 1);
  /** States that were stored, by hash. */
  readonly states = new Map<string, Uint8Array<ArrayBuffer>>();
  /** Processor time of the isolates, without the objects that they call. */
  isolatesMs = 0;
  readonly #env: object;
  readonly #isolates: readonly object[];
  /** Processor time of calls that the one in hand made itself. */
  #insideMs = 0;
  #questions = 0;
  /** What a measured call stands for; 0: the one in hand is not measured, nor those that it makes itself. */
  #weight = 1;

  /** @param gateways of an experiment that is opened  @param homes that share the volunteers  @param publishSeconds between an experiment's publications */
  constructor(gateways: number, homes = 0, publishSeconds = 10) {
    const nothing = () => Promise.resolve();
    const stored = (key: string) => {
      const bytes = this.states.get(key.replace("checkpoints/", ""));
      return Promise.resolve(bytes ? { size: bytes.length, arrayBuffer: () => Promise.resolve(bytes.buffer) } : null);
    };
    this.#env = {
      ...{ PROFILE: "pilot", PUBLISH_SECONDS: String(publishSeconds), KV_WRITES_PER_DAY: "0", LOG_LINES: "off" },
      ...{ GATEWAYS: String(gateways), VOLUNTEER_HOMES: String(homes), VERSION: { id: "scale" } },
      METRICS: this.values,
      CHECKPOINTS: { head: stored, get: stored, delete: nothing },
      COORDINATOR: { getByName: (name: string) => this.host(name).stub },
      STUDY: { getByName: () => this.host(STUDY).stub },
      VOLUNTEERS: { getByName: (name: string) => this.host(`${HOME}${name}`).stub },
      SOCKETS: { getByName: () => ({ broadcast: nothing }) },
    };
    this.#isolates = Array.from({ length: ISOLATES }, () => ({ ...this.#env }));
  }

  get study(): Study {
    return this.host(STUDY).stub as Study;
  }

  /** A volunteer's question to one object. */
  ask<T>(name: string, question: (object: Coordinator) => Promise<T>): Promise<T> {
    return this.#oneOf(MEASURED, () => question(this.host(name).stub as Coordinator));
  }

  /** A volunteer's question to whoever keeps it, as the Worker asks it that the request came to. @param draw uniform in [0, 1): which isolate it is */
  keeper<T>(volunteer: string, draw: number, question: (keeper: Keeper) => Promise<T>): Promise<T> {
    const isolate = this.#isolates[Math.floor(draw * ISOLATES)];
    return this.#oneOf(MEASURED, async () => question(await keeperOf(isolate, volunteer)));
  }

  /** Asks for a lease, as the Worker does that the request came to. @param draw uniform in [0, 1): which isolate it is */
  async lease(asked: LeaseRequest & By, draw: number): Promise<Outcome<LeaseReply>> {
    const isolate = this.#isolates[Math.floor(draw * ISOLATES)];
    return this.#oneOf(MEASURED, async () => {
      const [reply, ms] = await this.#timed(() => grantLease(isolate, asked, this.now));
      this.isolatesMs += ms;
      return reply;
    });
  }

  host(name: string): Hosted {
    const known = this.objects.get(name);
    if (known) return known;
    const storage = new MemoryStorage();
    const object = new (classOf(name))({ storage, blockConcurrencyWhile: (work: () => Promise<void>) => work() }, this.#env);
    object.clock = () => Math.floor(this.now);
    const hosted: Hosted = { name, object, storage, stub: this.#stub(object, () => hosted), busyMs: 0, calls: 0 };
    this.objects.set(name, hosted);
    // Objects are made one after the other, so that they do not all publish at the same moment ever after.
    this.now += this.startMs;
    return hosted;
  }

  /** An object as others call it: asynchronously, and with its processor time counted, that of the objects which it calls left out. */
  #stub(object: object, hosted: () => Hosted): unknown {
    return new Proxy(object, {
      get: (_, property) => {
        const method = Reflect.get(object, property) as unknown;
        if (typeof method !== "function") return method;
        return async (...args: unknown[]) => {
          const [reply, ms] = await this.#timed(() => Reflect.apply(method, object, args) as unknown);
          hosted().calls++;
          hosted().busyMs += ms;
          return reply;
        };
      },
    });
  }

  /** Does it as one of many: asking the operating system for processor time takes as long as a heartbeat, so only one question in some is measured. */
  async #oneOf<T>(every: number, work: () => T | Promise<T>): Promise<T> {
    this.#weight = this.#questions++ % every === 0 ? every : 0;
    try {
      return await work();
    } finally {
      this.#weight = 1;
    }
  }

  /** @returns also the milliseconds of processor time that it stands for, those of the objects that it calls left out */
  async #timed<T>(work: () => T | Promise<T>): Promise<[T, number]> {
    if (this.#weight === 0) return [await work(), 0];
    const before = this.#insideMs;
    this.#insideMs = 0;
    const began = process.cpuUsage();
    let tookMs = 0;
    try {
      const value = await work();
      const { user, system } = process.cpuUsage(began);
      tookMs = (user + system) / 1000;
      return [value, this.#weight * (tookMs - this.#insideMs)];
    } finally {
      this.#insideMs = before + tookMs;
    }
  }

  /** Lets every alarm go off that is due. */
  async wake(): Promise<void> {
    for (const { storage, stub } of this.objects.values()) {
      if (storage.alarmAt === null || storage.alarmAt > this.now) continue;
      storage.alarmAt = null;
      await (stub as Hosted["object"]).alarm();
    }
  }

  /** Counts from now on. */
  reset(): void {
    this.values.writes = 0;
    this.isolatesMs = 0;
    for (const hosted of this.objects.values()) {
      hosted.busyMs = hosted.calls = hosted.storage.rowsChanged = 0;
    }
  }
}

function classOf(name: string): ObjectClass<Hosted["object"]> {
  if (name === STUDY) return StudyObject;
  return name.startsWith(HOME) ? VolunteersObject : CoordinatorObject;
}
