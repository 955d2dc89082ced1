import { PROTOCOL_VERSION } from "../protocol/version.ts";
import type { Lease, LeaseReply, LeaseRequest } from "../protocol/lease.ts";
import { checkDevice } from "./calibrate.ts";
import { backoffMs } from "./backoff.ts";
import { type Conduct, FREELY } from "./conduct.ts";
import type { Dataset } from "./dataset.ts";
import { Intent } from "./intent.ts";
import { KeepAlive } from "./keep-alive.ts";
import type { LocalCheckpoint } from "./local-checkpoint.ts";
import { Memory } from "./memory.ts";
import { Failure, LeaseLost, MAX_GPU_LOSSES, Refused, RuntimeLost, Stopped, Unreachable } from "./outcomes.ts";
import type { Choices, Ports, Progress, Runtime } from "./ports.ts";
import { leaseShard } from "./lease-shard.ts";
import { Programs } from "./programs.ts";
import { failedPhase } from "./phases.ts";
import { trainShard } from "./train-shard.ts";
import type { Phase, VolunteerControl, VolunteerView } from "./view.ts";
import { ViewState } from "./view-state.ts";

/** A paused volunteer keeps its lease so long; then the shard goes back and its local checkpoint stays. */
const LONGEST_PAUSE_MS = 10 * 60_000;
const MAX_LOSSES = 6;
const LAST_WORD_MS = 1_000;
const WRONG_GPU = "Update the browser and the graphics driver, and choose the processor in the settings until then.";

/** What a reload of the page or a restart of the command brings along. */
export interface Before {
  /** How often the runtime was lost since the last shard was handed in. */
  readonly losses?: number;
  readonly notes?: VolunteerView["notes"];
}

/**
 * The volunteer's loop, the same in a browser, on the command line and in the tests:
 * lease -> checkpoint -> model -> train -> hand in -> next.
 */
export class Volunteer implements VolunteerControl {
  readonly ports: Ports;
  readonly choices: Choices;
  readonly state: ViewState;
  readonly intent: Intent;
  readonly memory: Memory;
  readonly programs = new Programs();
  #lease: Lease | null = null;
  /** Came along with the answer to the last hand-in. */
  #offered: Lease | null = null;
  #left = Infinity;
  #runtime: Runtime | null = null;
  #dataset: Dataset | null = null;
  /** That the device in hand computes what is known. */
  #certificate: string | null = null;
  #losses: number;
  /** Leases or hand-ins that failed one after the other. */
  #troubles = 0;
  #conduct: Conduct = FREELY;
  #running: Promise<void> | null = null;

  constructor(ports: Ports, choices: Choices = {}, before: Before = {}) {
    this.ports = ports;
    this.choices = choices;
    this.state = new ViewState(() => ports.clock.now(), before.notes);
    this.intent = new Intent(ports.clock);
    this.memory = new Memory(ports.store);
    this.#losses = before.losses ?? 0;
    this.state.set({ losses: this.#losses });
  }

  get view(): VolunteerView {
    return this.state.view;
  }

  /** The lease in hand, for giving it back when the page goes away. */
  get leaseId(): string | null {
    return this.#lease?.id ?? null;
  }

  /** How it is to be done, as it stands now. */
  get conduct(): Conduct {
    return this.#conduct;
  }

  /** Settles when the volunteer has stopped or failed. */
  get ended(): Promise<void> {
    return this.#running ?? Promise.resolve();
  }

  subscribe(listener: (view: VolunteerView) => void): () => void {
    return this.state.subscribe(listener);
  }

  /** @param wish "pause" when the volunteer was paused before a reload: then nothing is fetched or leased until it is resumed */
  start(wish: "run" | "pause" = "run"): void {
    this.intent.set(wish);
    this.#running ??= this.#runs().finally(() => (this.#running = null));
  }

  pause(): void {
    if (this.intent.asked === "run") this.intent.set("pause");
  }

  resume(): void {
    if (this.intent.asked === "pause") this.intent.set("run");
  }

  /** Changes how it is done, from the next step on. */
  behave(conduct: Conduct): void {
    this.#conduct = conduct;
    this.intent.hold(conduct.hold);
    const { isLastShard, examples } = this.view;
    if (conduct.isLastShard !== isLastShard) this.state.set({ isLastShard: conduct.isLastShard });
    if (!conduct.isWatched && examples) this.state.set({ examples: null });
  }

  stop(): void {
    this.intent.set("stop");
  }

  /** The network is back: whoever waits to try again does so now. */
  hurry(): void {
    this.intent.nudge();
  }

  /** Start pressed while the last run still winds up begins another one. */
  async #runs(): Promise<void> {
    while ((await this.#run()) === "stopped" && this.intent.asked === "run");
  }

  async #run(): Promise<"stopped" | "ended"> {
    let last: Phase = { kind: "stopped" };
    let outcome: "stopped" | "ended" = "ended";
    try {
      await this.#prepare();
      this.#left = this.choices.shards ?? Infinity;
      while (this.#left > 0) {
        if (this.intent.wish !== "run") await this.#giveBack(); // Nobody keeps an offered lease alive meanwhile.
        await this.pauseHere();
        if (!(await this.#nextShard())) continue;
        this.#left--;
        if (this.#conduct.isLastShard) break;
      }
    } catch (error) {
      if (error instanceof Stopped) outcome = "stopped";
      else last = failedPhase(error);
    }
    // Whoever stops does not wait for a network that hangs.
    await Promise.race([this.#giveBack(), this.ports.clock.sleep(LAST_WORD_MS)]);
    await this.#runtime?.close().catch(() => undefined);
    this.programs.forget();
    this.#runtime = null;
    this.state.set({ shard: null, examples: null });
    this.state.enter(last);
    return outcome;
  }

  async #prepare(): Promise<void> {
    this.state.enter({ kind: "preparing", what: "runtime", done: null, total: null });
    this.state.set({ contribution: await this.memory.contribution() });
    await this.pauseHere();
    await this.#openRuntime();
  }

  /** CIFAR-10, fetched when the first shard that needs it has been leased: the deep linear network does without. */
  async images(): Promise<Dataset> {
    this.#dataset ??= await this.preparing("dataset", (progress) =>
      this.ports.openDataset(progress, (text) => this.state.note(text)),
    );
    return this.#dataset;
  }

  /** Opens it, again after a loss, until there is one whose device computes what is known. */
  async #openRuntime(): Promise<void> {
    for (;;) {
      const runtime = await this.preparing("runtime", (progress) => this.ports.openRuntime(this.#losses, progress));
      this.#runtime = runtime;
      this.state.set({ device: runtime.device, deviceReason: runtime.reason });
      try {
        const checked = await checkDevice(this, runtime);
        if ("certificate" in checked) {
          this.#certificate = checked.certificate;
          return;
        }
        await this.#leaveGpu(checked.wrong);
      } catch (error) {
        if (!(error instanceof RuntimeLost)) throw error;
        await this.#lose(error);
      }
    }
  }

  /** The GPU computed what is known otherwise: the processor may do better. */
  async #leaveGpu(wrong: string): Promise<void> {
    if (this.#losses >= MAX_GPU_LOSSES) throw new Failure(`This GPU computed a known training wrongly: ${wrong}`, WRONG_GPU);
    this.#losses = MAX_GPU_LOSSES;
    this.state.set({ losses: this.#losses });
    this.state.note(`This GPU computed a known training wrongly (${wrong}), so the processor trains instead.`);
    await this.#runtime?.close().catch(() => undefined);
  }

  async #lose(error: RuntimeLost): Promise<void> {
    if (++this.#losses > MAX_LOSSES) {
      throw new Failure(
        `Computing failed ${MAX_LOSSES} times: ${error.message}`,
        "Reload the page, close other pages that use the GPU, or try another browser.",
      );
    }
    this.state.set({ losses: this.#losses });
    this.state.note(`The device was lost (${error.message}): training goes on from the last local checkpoint.`);
    this.programs.forget();
    await this.#runtime?.close().catch(() => undefined);
  }

  /** Leases, trains and hands in one shard; false when it came to nothing and the loop should go on. */
  async #nextShard(): Promise<boolean> {
    const runtime = this.#runtime!;
    const local = await this.memory.checkpoint();
    const reply: LeaseReply = this.#offered ? { kind: "lease", lease: this.#offered } : await this.#ask(runtime, local);
    this.#offered = null;
    if (reply.kind === "idle") {
      if (this.#conduct.isLastShard) throw new Stopped("the last shard was lost, and there is no other");
      await this.#wait(reply.reason, reply.retryAfterSeconds * 1000 * (1 + this.ports.random() / 4));
      return false;
    }
    const { lease } = reply;
    this.#lease = lease;
    const alive = new KeepAlive(lease, this.ports.coordinator, this.ports.clock, (text) => this.state.note(text));
    try {
      const shard = await leaseShard(this, lease, runtime, local, alive);
      const next = await trainShard(this, shard, alive);
      this.#lease = this.#offered = next;
      this.#troubles = this.#losses = 0;
      this.state.set({ losses: 0 });
      return true;
    } catch (error) {
      await this.#recover(error);
      return false;
    } finally {
      this.state.set({ shard: null, examples: null });
    }
  }

  async #ask(runtime: Runtime, local: LocalCheckpoint | null): Promise<LeaseReply> {
    const request = { ...(await this.#request(runtime)), ...(local && { prefer: local.shard, replaces: local.lease }) };
    return this.preparing("checkpoint", () => this.ports.coordinator.lease(request));
  }

  async #request(runtime: Runtime): Promise<LeaseRequest> {
    const { experiment } = this.choices;
    const { duty } = this.#conduct;
    // Rests are the volunteer's time too: who trains at a quarter of the time gets a shard of a quarter of the steps.
    const speeds = (await this.memory.speeds(runtime.device.provider)).map(({ work, stepsPerSecond }) => ({
      work,
      stepsPerSecond: stepsPerSecond * duty,
    }));
    return {
      protocol: PROTOCOL_VERSION,
      device: runtime.device,
      ...(runtime.memory && { memory: runtime.memory() }),
      ...(this.#certificate !== null && { calibration: this.#certificate }),
      ...(speeds.length > 0 && { speeds }),
      ...(experiment === undefined ? {} : { experiment }),
    };
  }

  /** The request for another shard after the one in hand; undefined when there is to be none. */
  async nextRequest(): Promise<LeaseRequest | undefined> {
    const wantsMore = this.intent.wish === "run" && this.#left > 1 && !this.#conduct.isLastShard;
    return this.#runtime && wantsMore ? this.#request(this.#runtime) : undefined;
  }

  /** What follows when a shard could not be finished; throws on when only a person can mend it. */
  async #recover(error: unknown): Promise<void> {
    if (error instanceof LeaseLost) {
      this.#lease = null;
      this.state.note(error.message);
      if (this.intent.wish === "run")
        await this.#wait("The shard went back to the coordinator.", backoffMs(this.#troubles++, this.ports.random()));
    } else if (error instanceof RuntimeLost) {
      await this.#giveBack();
      await this.#lose(error);
      await this.#openRuntime();
    } else if (error instanceof Refused) {
      await this.#giveBack();
      await this.memory.clearCheckpoint();
      if (++this.#troubles > 2) throw error;
      this.state.note(`The coordinator refused the shard: ${error.message}`);
      await this.#wait(`The coordinator refused the shard: ${error.message}`, backoffMs(this.#troubles + 2, this.ports.random()));
    } else throw error;
  }

  /**
   * Waits while the volunteer is paused, keeping the lease for a while.
   * @param leave hands in what was trained, before the lease is given back, and says whether it was taken
   */
  async pauseHere(tick?: () => Promise<void>, intervalMs = 60_000, leave?: () => Promise<boolean>): Promise<void> {
    this.intent.check();
    const since = this.ports.clock.now();
    while (this.intent.wish === "pause") {
      this.state.enter({ kind: "paused", because: this.intent.because });
      await this.intent.wait(intervalMs);
      this.intent.check();
      if (this.#lease && this.ports.clock.now() - since > LONGEST_PAUSE_MS) {
        const handedIn = await leave?.();
        await this.#giveBack();
        throw new LeaseLost(
          handedIn
            ? "The pause was long: what was trained so far was handed in, and others go on from there."
            : "The pause was long: the shard was given back. Its progress is kept here, and goes on if the shard is still free.",
        );
      }
      await tick?.();
    }
  }

  /** Gets ready, trying again while nobody answers. Stop and pause take effect at once; a pause holds a download where it is. */
  async preparing<T>(what: Extract<Phase, { kind: "preparing" }>["what"], call: (progress: Progress) => Promise<T>): Promise<T> {
    const phase: Phase = { kind: "preparing", what, done: null, total: null };
    let now = phase;
    let isOver = false;
    const progress: Progress = (done, total) => {
      if (isOver) throw new Stopped(`${what}: nobody waits for it any more`);
      this.intent.check();
      now = { ...phase, done, total };
      if (this.intent.wish === "pause") return this.intent.resumed();
      this.state.enter(now);
    };
    const pause = async () => {
      await this.pauseHere();
      this.state.enter(now);
    };
    return this.retrying(phase, () => this.intent.during(call(progress), pause)).finally(() => (isOver = true));
  }

  /** Tries again while nobody answers, with growing pauses, showing why. */
  async retrying<T>(phase: Phase, call: () => Promise<T>): Promise<T> {
    for (let attempt = 0; ; attempt++) {
      this.intent.check();
      this.state.enter(phase);
      try {
        return await call();
      } catch (error) {
        if (!(error instanceof Unreachable)) throw error;
        this.intent.check();
        const ms = Math.max(backoffMs(attempt, this.ports.random()), (error.retryAfterSeconds ?? 0) * 1000);
        await this.#wait(error.message, ms);
        await this.pauseHere();
      }
    }
  }

  async #wait(reason: string, ms: number): Promise<void> {
    this.state.enter({ kind: "waiting", reason, until: this.ports.clock.now() + ms });
    await this.intent.wait(ms);
    this.intent.check();
  }

  async #giveBack(): Promise<void> {
    const lease = this.#lease;
    this.#lease = this.#offered = null;
    if (lease) await this.ports.coordinator.giveBack(lease.id).catch(() => undefined); // It expires by itself otherwise.
  }
}
