import { PROTOCOL_VERSION } from "../../shared/protocol/version.ts";
import { REFERENCE } from "../../shared/audit/calibration/judge.ts";
import { canonicalJson } from "../../shared/math/json.ts";
import { sha256Hex } from "../../shared/math/sha256.ts";
import { ExperimentAudits } from "../../shared/protocol/audit.ts";
import type { Lease, LeaseRequest, Speed } from "../../shared/protocol/lease.ts";
import { resultText, volunteerId } from "../../shared/protocol/signature.ts";
import { openCoordinator } from "../../shared/volunteer/coordinator.ts";
import type { Fetch } from "../../shared/volunteer/http.ts";
import { Refused, Unreachable } from "../../shared/volunteer/outcomes.ts";
import type { Coordinator, Keys } from "../../shared/volunteer/ports.ts";
import { httpTransport } from "../../shared/volunteer/transport.ts";
import { sleep } from "./sleep.ts";
import { type Character, lied } from "./character.ts";
import type { Dice } from "./dice.ts";
import type { Record } from "./record.ts";
import { chanceDrawn } from "./theory.ts";
import { trainLease } from "./train-lease.ts";
import type { HonestTraining, State, Trained } from "./training.ts";

/** Of all intervals, those before which somebody goes away without a word. */
const VANISHES = 0.02;

class Vanished extends Error {}

/** Where somebody takes part, and who it is. */
export interface Life {
  readonly name: string;
  readonly character: Character;
  readonly keys: Keys;
  readonly origin: string;
  readonly experiment: string;
  /** That it says it has, so that runs are cut in many ways. */
  readonly speeds: readonly Speed[];
  readonly fetch: Fetch;
  readonly trajectories: HonestTraining;
  readonly record: Record;
  readonly dice: Dice;
  /** Whether it may go away without a word, and lie down for a while. */
  readonly mayVanish: boolean;
}

/** A simulated volunteer: real keys, sessions and signatures, the real client; only its training may be remembered instead of done again. */
export class Person {
  readonly #life: Life;
  readonly #coordinator: Coordinator;
  #shards = 0;
  #certificate: string | undefined;

  constructor(life: Life) {
    this.#life = life;
    const { fetch, origin, keys } = life;
    this.#coordinator = openCoordinator({ fetch, origin, keys: () => Promise.resolve(keys) });
  }

  get id(): string {
    return volunteerId(this.#life.keys.publicKey) ?? "";
  }

  /** Leases, trains and hands in until everything is over, or until it is shown the door. */
  async live(): Promise<void> {
    const { record, dice } = this.#life;
    await this.#calibrate().catch((error: unknown) => {
      if (!(error instanceof Vanished)) throw error;
    });
    let next: Lease | null = null;
    let idle = 0;
    while (!record.isOver) {
      try {
        const lease: Lease | null = next ?? (await this.#ask());
        next = null;
        if (lease) next = await this.#work(lease);
        idle = lease ? 0 : idle + 1;
        if (idle > 0) await this.#rest(500, 2_500, idle);
      } catch (error) {
        if (record.isOver) return;
        if (error instanceof Vanished) await sleep(dice.between(1_000, 10_000));
        else if (!(error instanceof Refused)) throw error;
        else if (error.status === 403 && /voided/.test(error.problem.title)) return this.#shownTheDoor(error.message);
        else if ([404, 409, 410].includes(error.status)) record.counts.lostLeases++;
        else {
          record.break(`${this.#life.name} (${this.#life.character.kind}): ${error.status} ${error.message}`);
          await sleep(1_000);
        }
      }
    }
  }

  /** Without a certificate every shard would be audited. */
  async #calibrate(): Promise<void> {
    const { trajectories, record, name } = this.#life;
    const answers = await trajectories.calibration();
    if (answers === null) return;
    const body = { protocol: PROTOCOL_VERSION, device: trajectories.device, reference: REFERENCE, answers, seconds: 1 };
    const { verdict, words, certificate } = await this.#patiently(() => this.#coordinator.calibrate!(body));
    if (certificate === undefined) record.break(`${name}: its calibration ended "${verdict}": ${words}`);
    this.#certificate = certificate;
  }

  async #ask(): Promise<Lease | null> {
    const reply = await this.#patiently(() => this.#coordinator.lease(this.#request()));
    return reply.kind === "lease" ? reply.lease : null;
  }

  #request(): LeaseRequest {
    const { experiment, trajectories, speeds } = this.#life;
    const calibration = this.#certificate === undefined ? {} : { calibration: this.#certificate };
    return { protocol: PROTOCOL_VERSION, device: trajectories.device, experiment, speeds: [...speeds], ...calibration };
  }

  async #work(lease: Lease): Promise<Lease | null> {
    const { record, character } = this.#life;
    if (lease.commitEvery === undefined) record.counts.audits++;
    else record.counts.leases++;
    if (character.kind === "replays" && lease.commitEvery !== undefined) return this.#replay(lease);
    const lie = lease.commitEvery === undefined ? null : this.#lieFor(lease);
    const drawn: boolean[] = [];
    const spans: number[] = [];
    const passed = lie && this.#certificate !== undefined ? await this.#passed() : 0;
    const result = await trainLease(lease, {
      trajectories: this.#life.trajectories,
      coordinator: this.#coordinator,
      patiently: (call) => this.#patiently(call),
      claim: (i, start, trained) => (lie?.at(i) ? lie.end(start, trained) : trained.end),
      between: () => this.#between(),
      bound: (i, fromStep, toStep, isDrawn) => ((drawn[i] = isDrawn), (spans[i] = toStep - fromStep)),
    });
    const signature = await this.#life.keys.sign(resultText(lease.id, sha256Hex(canonicalJson(result))));
    const body = { result, publicKey: this.#life.keys.publicKey, signature };
    const reply = await this.#patiently(() => this.#coordinator.handIn(lease.id, result, this.#request()));
    if (lease.commitEvery !== undefined) {
      record.accepted.add(lease.id);
      record.lastHandIn = { lease: lease.id, body };
      this.#shards++;
      if (lie) {
        const steps = spans.reduce((sum, span, i) => sum + (lie.at(i) ? span : 0), 0);
        const chance = chanceDrawn(passed, steps, lease.shard.toStep - lease.shard.fromStep);
        record.lies.push({ lease: lease.id, lie: lie.how, chance, drawn: drawn.some((is, i) => is && lie.at(i)) });
      }
    }
    return reply.next?.kind === "lease" ? reply.next.lease : null;
  }

  /** Which intervals of a lease it lies about, and how; null: it is honest about this one. */
  #lieFor({ shard, commitEvery = 1 }: Lease) {
    const { character, dice } = this.#life;
    if (character.kind !== "lies" || this.#shards < character.after || !dice.happens(character.share)) return null;
    const intervals = Math.ceil(shard.toStep / commitEvery) - Math.floor(shard.fromStep / commitEvery);
    const one = Math.floor(dice.draw() * intervals);
    return {
      how: character.lie,
      at: (i: number) => character.whole || i === one,
      end: (start: State, { end }: Trained) => lied(character.lie, start, end, dice),
    };
  }

  /** How many of its audits were passed, as anybody can read. */
  async #passed(): Promise<number> {
    const { origin, experiment, fetch } = this.#life;
    const path = `/api/experiments/${experiment}/audits`;
    const answer = await this.#patiently(() => httpTransport(fetch, origin).ask({ method: "GET", path }));
    const { audits } = ExperimentAudits.parse(answer);
    return audits.filter(({ volunteer, verdict }) => volunteer === this.id && verdict === "passed").length;
  }

  /** Another's result under its own lease: as the other signed it, and signed by itself. Neither may be taken. */
  async #replay(lease: Lease): Promise<null> {
    const { record } = this.#life;
    const other = record.lastHandIn;
    if (other) {
      record.counts.replays++;
      const taken = await this.#patiently(() => this.#coordinator.handIn(lease.id, other.body.result)).then(
        () => true,
        (error: unknown) => !(error instanceof Refused),
      );
      if (taken) record.break(`${this.#life.name}: the result of ${other.lease} was taken for ${lease.id}`);
      else record.counts.replaysRefused++;
    }
    await this.#patiently(() => this.#coordinator.giveBack(lease.id));
    await sleep(this.#life.dice.between(1_000, 4_000));
    return null;
  }

  async #between(): Promise<void> {
    const { dice, mayVanish, record } = this.#life;
    if (record.isOver) throw new Vanished();
    if (!mayVanish) return;
    if (dice.happens(VANISHES) && !record.isLate) {
      record.counts.vanished++;
      throw new Vanished();
    }
    await sleep(dice.between(0, 300));
  }

  async #patiently<T>(call: () => Promise<T>): Promise<T> {
    const { record } = this.#life;
    for (let tries = 1; ; tries++) {
      try {
        const answer = await call();
        record.counts.answers++;
        return answer;
      } catch (error) {
        if (!(error instanceof Unreachable)) throw error;
        record.counts.outages++;
        if (record.isOver) throw new Vanished();
        await this.#rest(Math.max((error.retryAfterSeconds ?? 0) * 1000, 200), 2_000, tries);
      }
    }
  }

  /** Somewhere between the two, in ms, and longer each time in a row: two hundred who insist leave a busy coordinator no time for those who train. */
  async #rest(from: number, to: number, times: number): Promise<void> {
    await sleep(this.#life.dice.between(from, Math.max(from, to)) * Math.min(4, Math.ceil(times / 3)));
  }

  #shownTheDoor(words: string): void {
    const { record, character, name } = this.#life;
    record.voided.set(this.id, character.kind === "lies" ? "liar" : "honest");
    if (character.kind !== "lies") record.break(`${name}, who is ${character.kind}, was voided: ${words}`);
  }
}
