import type { Lease } from "../../shared/protocol/lease.ts";
import { resultText } from "../../shared/protocol/signature.ts";
import { PROTOCOL_VERSION } from "../../shared/protocol/version.ts";
import { askingOrder } from "../../workers/gateway/asking-order.ts";
import { gatewayOfLease } from "../../workers/gateway/lease-uuid.ts";
import { gatewayName } from "../../workers/gateway/place.ts";
import { Agenda } from "./agenda.ts";
import { calibrationOn } from "./calibration.ts";
import { MadeUp } from "./made.ts";
import { person } from "./person.ts";
import type { Platform } from "./platform.ts";
import { visitSeconds } from "./visit.ts";

/** What a crowd did, counted. */
export interface Tally {
  sessions: number;
  calibrations: number;
  leases: number;
  idle: number;
  commits: number;
  heartbeats: number;
  checkpoints: number;
  parts: number;
  results: number;
  givenBack: number;
}

/** Seconds that a shard takes, between heartbeats, between requests that bind what was trained, and between parts that are left behind. */
const [SHARD, HEARTBEAT, COMMIT, PART] = [180, 25, 20, 60];
const TRAIN_MS = 1000 * SHARD;
const device = { provider: "cpu", adapter: null, threads: 1, runtime: "none", platform: "a simulation" } as const;

/** An experiment, and how its runs are spread over gateways; 0: there are none. */
export interface Spread {
  readonly id: string;
  readonly seeds: readonly number[];
  readonly of: number;
}

/** Kinds of devices that the crowd calibrates; with one alone, each would be in everybody's way. */
const KINDS = Array.from({ length: 40 }, (_, i) => `device ${i}`);

/** A shard in hand. Times in virtual ms. */
interface Shift {
  readonly lease: Lease;
  readonly object: string;
  readonly endsAt: number;
  readonly begun: number;
  beatAt: number;
  bindAt: number;
  partAt: number;
  /** The step up to which it is bound. */
  bound: number;
}

/**
 * Volunteers who come, train and go. Each opens a session, leases, says that it lives, binds, leaves parts behind, stores what is asked for, hands in, and goes when its visit
 * is over; another one comes then. What a volunteer is, is a few numbers; what it asks, the Worker's own code answers.
 */
export class Crowd {
  readonly tally: Tally;
  readonly #platform: Platform;
  readonly #random: () => number;
  readonly #made = new MadeUp();
  readonly #agenda: Agenda;
  readonly #ids: string[];
  readonly #shifts: (Shift | null)[];
  /** When each one's visit ends, in virtual ms. */
  readonly #leavesAt: Float64Array;

  /** @param random uniform in [0, 1) */
  constructor(platform: Platform, size: number, random: () => number) {
    this.#platform = platform;
    this.#random = random;
    this.#agenda = new Agenda(size);
    this.#ids = Array.from({ length: size }, () => "");
    this.#shifts = Array.from({ length: size }, () => null);
    this.#leavesAt = new Float64Array(size);
    this.tally = {
      sessions: 0,
      calibrations: 0,
      leases: 0,
      idle: 0,
      commits: 0,
      heartbeats: 0,
      checkpoints: 0,
      parts: 0,
      results: 0,
      givenBack: 0,
    };
  }

  /** Somebody comes and asks. */
  async arrive(who: number): Promise<void> {
    await this.#openSession(who);
    await this.#calibrate(who);
    await this.#ask(who);
  }

  /**
   * Somebody is met in the middle of a shard: it asked one of the experiments for it, before anything is watched.
   * @param begun how much of it is trained, from 0 to 1
   */
  async meet(who: number, spreads: readonly Spread[], begun: number): Promise<void> {
    const spread = spreads[Math.floor(this.#random() * spreads.length)]!;
    this.#enter(who, person(who).id, this.#random());
    const ask = this.#asking(who);
    const names =
      spread.of === 0 ? [spread.id] : askingOrder(spread.seeds, spread.of, ask).map((number) => gatewayName(spread.id, number));
    for (const name of names) {
      const reply = must(await this.#platform.ask(name, (object) => object.lease(ask)));
      if (reply.kind === "lease") return this.#begin(who, reply.lease, begun);
    }
    this.#agenda.put(this.#platform.now, who);
  }

  /** Somebody holds a run of this experiment and trains too slowly to end within what is watched. @returns whether there was one */
  async settle(who: number, experiment: string): Promise<boolean> {
    await this.#openSession(who);
    this.#leavesAt[who] = Infinity;
    const reply = must(await this.#platform.lease({ ...this.#asking(who), experiment }, this.#random()));
    if (reply.kind === "idle") return false;
    const beatAt = this.#platform.now + 1000 * HEARTBEAT * this.#random();
    const shift = { lease: reply.lease, object: granterOf(reply.lease), beatAt, bound: 0, begun: 0 };
    this.#shifts[who] = { ...shift, endsAt: Infinity, bindAt: Infinity, partAt: Infinity };
    this.#agenda.put(beatAt, who);
    return true;
  }

  /** When somebody does something next, in virtual ms. */
  get nextAt(): number {
    return this.#agenda.nextAt;
  }

  /** Whoever is due next does what it is due for. */
  async next(): Promise<void> {
    this.#platform.now = Math.max(this.#platform.now, this.#agenda.nextAt);
    const who = this.#agenda.take();
    const { now } = this.#platform;
    const shift = this.#shifts[who];
    if (!shift) return this.#ask(who);
    if (shift.endsAt <= now) return this.#finish(who, shift);
    if (this.#leavesAt[who]! <= now) return this.#leave(who, shift);
    if (shift.beatAt <= now) await this.#beat(who, shift);
    else if (shift.bindAt <= now) await this.#bind(who, shift);
    else await this.#keepPart(who, shift);
    this.#agenda.put(this.#due(who, shift), who);
  }

  #due(who: number, { endsAt, beatAt, bindAt, partAt }: Shift): number {
    return Math.min(endsAt, this.#leavesAt[who]!, beatAt, bindAt, partAt);
  }

  #by(who: number) {
    return { volunteer: this.#ids[who]!, network: `network ${who}` };
  }

  #asking(who: number) {
    return { protocol: PROTOCOL_VERSION, device, ...this.#by(who) };
  }

  async #openSession(who: number): Promise<void> {
    const { now } = this.#platform;
    const { id, publicKey } = person(who);
    this.#enter(who, id);
    this.tally.sessions++;
    const newcomer = { ...this.#by(who), publicKey, alias: undefined, made: now };
    must(await this.#platform.keeper(id, this.#random(), (keeper) => keeper.admit(newcomer)));
  }

  /** Shows what its device makes of the known trainings, as whoever comes for the first time does. */
  async #calibrate(who: number): Promise<void> {
    this.tally.calibrations++;
    const calibration = calibrationOn(KINDS[who % KINDS.length]!);
    const judged = this.#platform.keeper(this.#ids[who]!, this.#random(), (keeper) =>
      keeper.calibrate(this.#by(who), calibration),
    );
    must(await judged);
  }

  /** @param share of its visit that is left */
  #enter(who: number, id: string, share = 1): void {
    this.#ids[who] = id;
    this.#leavesAt[who] = this.#platform.now + 1000 * share * visitSeconds(this.#random);
  }

  async #ask(who: number): Promise<void> {
    const { now } = this.#platform;
    const reply = must(await this.#platform.lease(this.#asking(who), this.#random()));
    if (reply.kind === "idle") {
      this.tally.idle++;
      this.#agenda.put(now + 1000 * reply.retryAfterSeconds, who);
      return;
    }
    this.tally.leases++;
    this.#begin(who, reply.lease, 0);
  }

  #begin(who: number, lease: Lease, begun: number): void {
    const { now } = this.#platform;
    const shift = {
      ...{ lease, object: granterOf(lease), begun, bound: lease.shard.fromStep },
      endsAt: now + TRAIN_MS * (1 - begun) * (0.8 + 0.4 * this.#random()),
      beatAt: now + 1000 * HEARTBEAT * this.#random(),
      bindAt: now + 1000 * COMMIT * this.#random(),
      partAt: now + 1000 * PART * (begun > 0 ? this.#random() : 1),
    };
    this.#shifts[who] = shift;
    this.#agenda.put(this.#due(who, shift), who);
  }

  async #beat(who: number, shift: Shift): Promise<void> {
    const { id, shard } = shift.lease;
    this.tally.heartbeats++;
    shift.beatAt += 1000 * HEARTBEAT;
    const beat = { step: shard.fromStep, loss: 1, accuracy: null, stepsPerSecond: 1 };
    must(await this.#platform.ask(shift.object, (granter) => granter.heartbeat(id, this.#ids[who]!, beat)));
  }

  /** Binds what was trained since, if an interval ended. */
  async #bind(who: number, shift: Shift): Promise<void> {
    const { fromStep, toStep } = shift.lease.shard;
    shift.bindAt += 1000 * COMMIT;
    const left = (shift.endsAt - this.#platform.now) / TRAIN_MS;
    await this.#bindTo(who, shift, fromStep + (toStep - fromStep) * Math.max(shift.begun, 1 - left));
  }

  async #bindTo(who: number, shift: Shift, step: number): Promise<void> {
    const { lease } = shift;
    const commits = this.#made.commits(lease, shift.bound, step);
    const last = commits.at(-1);
    if (!last) return;
    const ends = [shift.bound, ...commits.map(({ step: end }) => end)];
    shift.bound = last.step;
    this.tally.commits++;
    const reply = must(
      await this.#platform.ask(shift.object, (granter) => granter.commit(lease.id, this.#ids[who]!, { commits })),
    );
    for (const sha256 of reply.wanted) {
      const at = ends.find((one) => this.#made.state(lease, one).sha256 === sha256);
      if (at !== undefined) await this.#store(who, shift, at);
    }
  }

  async #store(who: number, { lease, object }: Shift, step: number): Promise<void> {
    const { bytes, sha256 } = this.#made.state(lease, step);
    this.tally.checkpoints++;
    must(await this.#platform.ask(object, (granter) => granter.admitCheckpoint(lease.id, this.#ids[who]!)));
    this.#platform.states.set(sha256, bytes);
  }

  async #keepPart(who: number, shift: Shift): Promise<void> {
    const { lease, bound } = shift;
    shift.partAt += 1000 * PART;
    if (bound <= lease.shard.fromStep || bound >= lease.shard.toStep) return;
    await this.#store(who, shift, bound);
    this.tally.parts++;
    must(
      await this.#platform.ask(shift.object, (granter) =>
        granter.keepPart(lease.id, this.#by(who), this.#signed(who, shift, bound)),
      ),
    );
  }

  async #finish(who: number, shift: Shift): Promise<void> {
    const { lease } = shift;
    await this.#bindTo(who, shift, lease.shard.toStep);
    await this.#store(who, shift, lease.shard.toStep);
    const signed = this.#signed(who, shift, lease.shard.toStep);
    this.#shifts[who] = null;
    must(await this.#platform.ask(shift.object, (granter) => granter.handIn(lease.id, this.#by(who), signed)));
    this.tally.results++;
    if (this.#leavesAt[who]! <= this.#platform.now) return this.arrive(who);
    await this.#ask(who);
  }

  #signed(who: number, { lease }: Shift, toStep: number) {
    const { result, sha256 } = this.#made.result(lease, toStep, TRAIN_MS);
    const { publicKey, sign } = person(who);
    return { result, publicKey, signature: sign(resultText(lease.id, sha256)) };
  }

  /** Arrivals and departures are in balance: the next visitor takes over its key and its chair. */
  async #leave(who: number, shift: Shift): Promise<void> {
    this.#shifts[who] = null;
    this.tally.givenBack++;
    must(await this.#platform.ask(shift.object, (granter) => granter.giveBack(shift.lease.id)));
    await this.arrive(who);
  }
}

function granterOf({ id, experiment }: Lease): string {
  const gateway = gatewayOfLease(id);
  return gateway === null ? experiment.id : gatewayName(experiment.id, gateway);
}

/** @throws Error with the refusal: made-up volunteers make no mistakes */
function must<T>(
  outcome: { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: { readonly detail: string } },
): T {
  if (!outcome.ok) throw new Error(`scale: refused: ${outcome.problem.detail}`);
  return outcome.value;
}
