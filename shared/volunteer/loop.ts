import type { LeaseReply, LeaseRequest } from "../protocol/lease.ts";
import { recoveryFrom } from "./after-trouble.ts";
import { type Conduct, FREELY } from "./conduct.ts";
import type { Dataset } from "./dataset.ts";
import { DeviceInHand } from "./device-in-hand.ts";
import { Intent } from "./intent.ts";
import { KeepAlive } from "./keep-alive.ts";
import { LeaseInHand } from "./lease-in-hand.ts";
import { leaseRequest } from "./lease-request.ts";
import { leaseShard } from "./lease-shard.ts";
import type { LocalCheckpoint } from "./local-checkpoint.ts";
import { Memory } from "./memory.ts";
import { Stopped } from "./outcomes.ts";
import { failedPhase } from "./phases.ts";
import type { Choices, Ports, Runtime } from "./ports.ts";
import { Programs } from "./programs.ts";
import { trainShard } from "./train-shard.ts";
import type { Phase, VolunteerControl, VolunteerView } from "./view.ts";
import { ViewState } from "./view-state.ts";
import { Waits } from "./waits.ts";

const LAST_WORD_MS = 1_000;

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
  readonly waits: Waits;
  readonly programs = new Programs();
  readonly hand: LeaseInHand;
  readonly #device: DeviceInHand;
  #left = Infinity;
  #dataset: Dataset | null = null;
  /** Leases or hand-ins that failed one after the other. */
  #troubles = 0;
  #conduct: Conduct = FREELY;
  #running: Promise<void> | null = null;

  constructor(ports: Ports, choices: Choices = {}, before: Before = {}) {
    const { losses = 0, notes } = before;
    this.ports = ports;
    this.choices = choices;
    this.state = new ViewState(() => ports.clock.now(), notes);
    this.intent = new Intent(ports.clock);
    this.memory = new Memory(ports.store);
    this.hand = new LeaseInHand(ports.coordinator);
    this.waits = new Waits(ports, this.state, this.intent, this.hand);
    this.#device = new DeviceInHand(this, losses);
    this.state.set({ losses });
  }

  get view(): VolunteerView {
    return this.state.view;
  }

  /** The lease in hand, for giving it back when the page goes away. */
  get leaseId(): string | null {
    return this.hand.id;
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

  /** Changes how it is done, from the next step on; a rest under way is reckoned anew. */
  behave(conduct: Conduct): void {
    const { duty } = this.#conduct;
    this.#conduct = conduct;
    this.intent.hold(conduct.hold);
    if (conduct.duty !== duty) this.intent.nudge();
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

  /** CIFAR-10, fetched when the first shard that needs it has been leased: the deep linear network does without. */
  async images(): Promise<Dataset> {
    this.#dataset ??= await this.waits.preparing("dataset", (progress) =>
      this.ports.openDataset(progress, (text) => this.state.note(text)),
    );
    return this.#dataset;
  }

  /** The request for another shard after the one in hand; undefined when there is to be none. */
  async nextRequest(): Promise<LeaseRequest | undefined> {
    const { runtime } = this.#device;
    const request = runtime && (await this.#request(runtime));
    // Looked at last: a button may have been pressed meanwhile.
    const wantsMore = this.intent.wish === "run" && this.#left > 1 && !this.#conduct.isLastShard;
    return wantsMore && request ? request : undefined;
  }

  /** Start pressed while the last run still winds up begins another one. */
  async #runs(): Promise<void> {
    while ((await this.#run()) === "stopped" && this.intent.asked === "run");
  }

  async #run(): Promise<"stopped" | "ended"> {
    let last: Phase = { kind: "stopped" };
    let outcome: "stopped" | "ended" = "ended";
    try {
      await this.#shards();
    } catch (error) {
      if (error instanceof Stopped) outcome = "stopped";
      else last = failedPhase(error);
    }
    // Whoever stops does not wait for a network that hangs.
    await Promise.race([this.hand.giveBack(), this.ports.clock.sleep(LAST_WORD_MS)]);
    await this.#device.close();
    this.state.set({ shard: null, examples: null });
    this.state.enter(last);
    return outcome;
  }

  async #shards(): Promise<void> {
    this.state.enter({ kind: "preparing", what: "runtime", done: null, total: null });
    this.state.set({ contribution: await this.memory.contribution() });
    await this.waits.paused();
    await this.#device.open();
    this.#left = this.choices.shards ?? Infinity;
    while (this.#left > 0) {
      if (this.intent.wish !== "run") await this.hand.giveBack(); // Nobody keeps an offered lease alive meanwhile.
      await this.waits.paused();
      if (!(await this.#nextShard(this.#device.runtime!))) continue;
      this.#left--;
      if (this.#conduct.isLastShard) break;
    }
  }

  /** Leases, trains and hands in one shard; false when it came to nothing and the loop should go on. */
  async #nextShard(runtime: Runtime): Promise<boolean> {
    const local = await this.memory.checkpoint();
    const offered = this.hand.takeOffered();
    const reply: LeaseReply = offered ? { kind: "lease", lease: offered } : await this.#ask(runtime, local);
    if (reply.kind === "idle") {
      if (this.#conduct.isLastShard) throw new Stopped("the last shard was lost, and there is no other");
      await this.waits.until(reply.reason, reply.retryAfterSeconds * 1000 * (1 + this.ports.random() / 4));
      return false;
    }
    const { lease } = reply;
    this.hand.take(lease);
    const alive = new KeepAlive(lease, this.ports.coordinator, this.ports.clock, (text) => this.state.note(text));
    try {
      const shard = await leaseShard(this, lease, runtime, local, alive);
      this.hand.handedIn(await trainShard(this, shard, alive));
      this.#troubles = 0;
      this.#device.proved();
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
    return this.waits.preparing("checkpoint", () => this.hand.expect(this.ports.coordinator.lease(request), (reply) => reply));
  }

  #request(runtime: Runtime): Promise<LeaseRequest> {
    return leaseRequest(runtime, this.#device.certificate, this.memory, this.#conduct.duty, this.choices.experiment);
  }

  /** Carries out what follows when a shard could not be finished; throws on when only a person can mend it. */
  async #recover(error: unknown): Promise<void> {
    const recovery = recoveryFrom(error, this.#troubles, this.ports.random());
    switch (recovery.kind) {
      case "ask-again":
        this.hand.forget();
        this.state.note(recovery.note);
        if (this.intent.wish !== "run") return;
        this.#troubles++;
        return this.waits.until(recovery.reason, recovery.waitMs);
      case "open-again":
        await this.hand.giveBack();
        await this.#device.lose(recovery.lost);
        return this.#device.open();
      case "start-afresh":
        this.#troubles++;
        await this.hand.giveBack();
        await this.memory.clearCheckpoint();
        this.state.note(recovery.note);
        return this.waits.until(recovery.note, recovery.waitMs);
      case "give-up":
        if (recovery.isRefused) await this.memory.clearCheckpoint();
        throw error;
    }
  }
}
