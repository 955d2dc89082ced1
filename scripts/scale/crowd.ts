import { intervalEnd } from "../../shared/audit/interval.ts";
import { canonicalJson } from "../../shared/math/json.ts";
import { sha256Hex } from "../../shared/math/sha256.ts";
import type { Commit } from "../../shared/protocol/audit.ts";
import type { Lease } from "../../shared/protocol/lease.ts";
import type { Result } from "../../shared/protocol/result.ts";
import { resultText } from "../../shared/protocol/signature.ts";
import { PROTOCOL_VERSION } from "../../shared/protocol/version.ts";
import { askingOrder } from "../../workers/gateway/asking-order.ts";
import { gatewayOfLease } from "../../workers/gateway/lease-uuid.ts";
import { gatewayName } from "../../workers/gateway/place.ts";
import { checkpointOf, commitOf, resultOf } from "../crowd/made-up-result.ts";
import type { Someone } from "../crowd/someone.ts";
import type { Agenda } from "./agenda.ts";
import type { Platform } from "./platform.ts";

/** What a crowd did, counted. */
export interface Tally {
  leases: number;
  idle: number;
  commits: number;
  heartbeats: number;
  results: number;
  givenBack: number;
}

/** Where visitors go. */
export interface Place {
  readonly platform: Platform;
  readonly agenda: Agenda;
  readonly experiment: string;
  readonly seeds: readonly number[];
  readonly gateways: number;
  readonly tally: Tally;
  /** Uniform in [0, 1). */
  readonly random: () => number;
}

/** Seconds that a shard takes, between heartbeats, and between requests that bind what was trained. */
const [SHARD, HEARTBEAT, COMMIT] = [180, 25, 20];
/** A visit, in seconds: log-normal with this median. */
const VISIT = 300;
const device = { provider: "cpu", adapter: null, threads: 1, runtime: "none", platform: "a simulation" } as const;

/** A volunteer's visit: it leases, says that it lives, binds, hands in, and goes when its time is over; somebody else comes in its place. */
export class Visitor {
  readonly #who: Someone;
  readonly #place: Place;
  /** When its visit ends, in virtual ms. */
  #leavesAt = 0;

  constructor(who: Someone, place: Place) {
    this.#who = who;
    this.#place = place;
    this.#leavesAt = place.platform.now + 1000 * this.#visit();
  }

  #visit(): number {
    const { random } = this.#place;
    const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
    return VISIT * Math.exp(normal);
  }

  /** Asks for a shard, and again later when there is none. @param begun how much of the shard counts as trained, from 0 to 1: who is met in the middle of it */
  async arrive(begun = 0): Promise<void> {
    const { platform, agenda, tally } = this.#place;
    const reply = await this.#ask();
    if (reply.kind === "idle") {
      tally.idle++;
      agenda.put(platform.now + 1000 * reply.retryAfterSeconds, () => this.arrive());
      return;
    }
    tally.leases++;
    const endsAt = platform.now + 1000 * SHARD * (1 - begun) * (0.8 + 0.4 * this.#place.random());
    const shift = {
      lease: reply.lease,
      endsAt,
      bound: reply.lease.shard.fromStep,
      result: resultOf(reply.lease, { trainMs: 1000 * SHARD }),
      wanted: new Set<string>(),
    };
    this.#later(1000 * HEARTBEAT * this.#place.random(), () => this.#beat(shift));
    this.#later(1000 * COMMIT * this.#place.random(), () => this.#bind(shift, begun));
    agenda.put(endsAt, () => this.#finish(shift));
    // Who leaves before the shard's end gives it back.
    if (this.#leavesAt < endsAt) agenda.put(this.#leavesAt, () => this.#leave(shift));
  }

  #later(ms: number, work: () => Promise<void>): void {
    this.#place.agenda.put(this.#place.platform.now + ms, work);
  }

  async #ask() {
    const { platform, experiment, seeds, gateways } = this.#place;
    const { id: volunteer, address: network } = this.#who;
    const ask = { protocol: PROTOCOL_VERSION, device, volunteer, network };
    const names = gateways === 0 ? [experiment] : askingOrder(seeds, gateways, ask).map((n) => gatewayName(experiment, n));
    let idle: { readonly kind: "idle"; readonly retryAfterSeconds: number } | null = null;
    for (const name of names) {
      const reply = must(await platform.stub(name).lease(ask));
      if (reply.kind === "lease") return reply;
      idle = reply;
    }
    return idle!;
  }

  #stub({ id }: Lease) {
    const gateway = gatewayOfLease(id);
    const { platform, experiment } = this.#place;
    return platform.stub(gateway === null ? experiment : gatewayName(experiment, gateway));
  }

  async #beat(shift: Shift): Promise<void> {
    if (shift.isOver) return;
    const { lease } = shift;
    this.#place.tally.heartbeats++;
    must(
      await this.#stub(lease).heartbeat(lease.id, this.#who.id, {
        step: lease.shard.fromStep,
        loss: 1,
        accuracy: null,
        stepsPerSecond: 1,
      }),
    );
    this.#later(1000 * HEARTBEAT, () => this.#beat(shift));
  }

  /** Binds what was trained since, if an interval ended. */
  async #bind(shift: Shift, begun: number): Promise<void> {
    if (shift.isOver) return;
    const { fromStep, toStep } = shift.lease.shard;
    const left = (shift.endsAt - this.#place.platform.now) / (1000 * SHARD);
    await this.#bindTo(shift, fromStep + (toStep - fromStep) * Math.max(begun, 1 - left));
    this.#later(1000 * COMMIT, () => this.#bind(shift, begun));
  }

  async #bindTo(shift: Shift, step: number): Promise<void> {
    const { lease, result, wanted } = shift;
    const { toStep } = lease.shard;
    const { states } = this.#place.platform;
    const commits: Commit[] = [];
    for (let to = intervalEnd(shift.bound, toStep, lease.commitEvery ?? toStep); to <= step;) {
      commits.push(commitOf(lease, result, shift.bound, to));
      const { bytes, sha256 } = checkpointOf({ ...lease, shard: { ...lease.shard, toStep: to } });
      states.set(sha256, bytes);
      shift.bound = to;
      if (to === toStep) break;
      to = intervalEnd(to, toStep, lease.commitEvery ?? toStep);
    }
    if (commits.length === 0) return;
    this.#place.tally.commits++;
    const reply = must(await this.#stub(lease).commit(lease.id, this.#who.id, { commits }));
    for (const sha256 of reply.wanted) wanted.add(sha256);
  }

  async #finish(shift: Shift): Promise<void> {
    if (shift.isOver) return;
    const { lease, result } = shift;
    await this.#bindTo(shift, lease.shard.toStep);
    const { id: volunteer, address: network, keys } = this.#who;
    const signature = await keys.sign(resultText(lease.id, sha256Hex(canonicalJson(result))));
    must(await this.#stub(lease).handIn(lease.id, { volunteer, network }, { result, publicKey: keys.publicKey, signature }));
    shift.isOver = true;
    this.#place.tally.results++;
    await this.arrive();
  }

  async #leave(shift: Shift): Promise<void> {
    if (shift.isOver) return;
    shift.isOver = true;
    this.#place.tally.givenBack++;
    must(await this.#stub(shift.lease).giveBack(shift.lease.id));
    // Arrivals and departures are in balance: the next visitor takes over its key and its chair.
    this.#leavesAt = this.#place.platform.now + 1000 * this.#visit();
    await this.arrive();
  }
}

/** A shard in hand. */
interface Shift {
  readonly lease: Lease;
  readonly endsAt: number;
  readonly result: Result;
  readonly wanted: Set<string>;
  /** The step up to which it is bound. */
  bound: number;
  isOver?: boolean;
}

/** @throws Error with the refusal: made-up volunteers make no mistakes */
function must<T>(
  outcome: { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: { readonly detail: string } },
): T {
  if (!outcome.ok) throw new Error(`scale: refused: ${outcome.problem.detail}`);
  return outcome.value;
}
