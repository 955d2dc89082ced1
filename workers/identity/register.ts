import { HALF } from "../../shared/audit/calibration/tolerance.ts";
import type { Row } from "../../shared/protocol/bundle.ts";
import type { Calibration } from "../../shared/protocol/calibration.ts";
import type { Me, MeChange, Volunteers } from "../../shared/protocol/session.ts";
import { kindSpread, type KindVotes, mergeKinds, type Tolerances, tolerancesOf } from "../calibration/kind-votes.ts";
import type { EarliestAlarm } from "../earliest-alarm.ts";
import { writeCalibrations, writeVolunteers } from "../metrics-kv.ts";
import type { Outcome } from "../problem.ts";
import { homeNumber } from "./home-number.ts";
import { type Calibrated, home, homesWanted, type Keeper, noteGiftsAtHomes } from "./homes.ts";
import { HomesStore, takeOver } from "./homes-sqlite.ts";
import { mergeVolunteers } from "./merge-volunteers.ts";
import { taken } from "./taken.ts";
import { VolunteerDesk } from "./volunteer-desk.ts";
import type { By, Gift, Newcomer } from "./volunteers.ts";

/** The list of volunteers is published so many times less often than an experiment's metrics. */
const VOLUNTEERS_SLOWER = 6;

/** What the register needs of the study's object. */
export interface OfStudy {
  readonly storage: DurableObjectStorage;
  readonly env: Env;
  readonly alarm: EarliestAlarm;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  /** When so many values may be written to KV, in ms since 1970. */
  readonly turn: (writes: number, now: number) => number;
}

/** What is known of all volunteers, for publishing. */
interface Known {
  readonly volunteers: Volunteers;
  readonly kinds: readonly KindVotes[];
}

/**
 * All volunteers of the study, wherever they are kept: here, or in homes. Whoever is kept here when there are homes, because he was there before them or came back with a
 * bundle, is handed on first; nothing that is about volunteers is answered before. The register alone publishes.
 */
export class Register implements Keeper {
  private readonly study: OfStudy;
  private readonly desk: VolunteerDesk;
  private readonly store: HomesStore;
  private of: number;
  private isSettled: boolean;
  private settling: Promise<void> = Promise.resolve();
  private told: Promise<Tolerances> | null = null;

  constructor(study: OfStudy) {
    this.study = study;
    const { storage, env, alarm, clock } = study;
    const wakeMs = VOLUNTEERS_SLOWER * Number(env.PUBLISH_SECONDS) * 1000;
    this.desk = new VolunteerDesk({ storage, alarm, clock, wakeMs, homes: () => 1 });
    this.store = new HomesStore(storage.sql);
    this.of = this.store.take(homesWanted(env));
    this.isSettled = this.of === 0;
  }

  /** How many homes there are, once everybody is there; 0: none. */
  async homes(): Promise<number> {
    if (!this.isSettled) await this.settle();
    return this.of;
  }

  async admit(newcomer: Newcomer): Promise<Outcome<{ alias: string | null }>> {
    return taken((await this.keeper(newcomer.volunteer)).admit(newcomer));
  }

  async me(volunteer: string): Promise<Outcome<Me>> {
    return taken((await this.keeper(volunteer)).me(volunteer));
  }

  async changeMe(by: By, change: MeChange): Promise<Outcome<Me>> {
    return taken((await this.keeper(by.volunteer)).changeMe(by, change));
  }

  async calibrate(by: By, calibration: Calibration): Promise<Outcome<Calibrated>> {
    return taken((await this.keeper(by.volunteer)).calibrate(by, calibration));
  }

  private async keeper(volunteer: string): Promise<Keeper> {
    const of = await this.homes();
    return of === 0 ? this.desk : home(this.study.env, homeNumber(volunteer, of));
  }

  /** An experiment says what everyone gave to it, in all. */
  async noteGifts(experiment: string, gifts: readonly Gift[]): Promise<void> {
    const of = await this.homes();
    if (of === 0) this.desk.noteGifts(experiment, gifts);
    else await noteGiftsAtHomes(this.study.env, of, experiment, gifts);
  }

  /** What audits allow the kinds of devices that were calibrated often enough: with homes, as of the last publication. */
  async tolerances(): Promise<Tolerances> {
    if ((await this.homes()) === 0) return tolerancesOf(this.desk.kinds());
    this.told ??= this.known().then(({ kinds }) => tolerancesOf(kinds));
    const { told } = this;
    return told.catch((error: unknown) => {
      if (this.told === told) this.told = null;
      throw error;
    });
  }

  /** Something that anyone may read of volunteers has changed; homes say so. */
  noteChange(): void {
    this.desk.noteChange();
  }

  /** Takes over rows of a bundle, here first. To be called in a transaction, and `homes` after it. */
  restore(table: string, rows: readonly Row[]): void {
    takeOver(this.study.storage.sql, table, rows);
    this.noteRestored();
  }

  /** Volunteers came back with a bundle, and are here now. */
  noteRestored(): void {
    this.isSettled = this.of === 0;
    this.told = null;
  }

  /** Bytes of the homes' storage. */
  async bytes(): Promise<number> {
    const all = await Promise.all(this.numbers().map((number) => home(this.study.env, number).bytes()));
    return all.reduce((sum, bytes) => sum + bytes, 0);
  }

  /** Hands on whoever is kept here and should not be; one at a time. */
  settle(): Promise<void> {
    this.settling = this.settling.catch(() => undefined).then(() => this.settleNow());
    return this.settling;
  }

  private async settleNow(): Promise<void> {
    if (this.isSettled) return;
    const { storage, env } = this.study;
    if (!this.store.areOpened()) {
      for (const number of this.numbers()) await home(env, number).open(this.of);
      this.store.setOpened();
    }
    // Should more come meanwhile, it is handed on the next time.
    this.isSettled = true;
    try {
      for (let next = this.store.next(this.of); next; next = this.store.next(this.of)) {
        const { table, rows } = next;
        for (const [number, theirs] of rows) await home(env, number).takeOver(table, JSON.stringify(theirs));
        storage.transactionSync(() => {
          for (const theirs of rows.values()) this.store.drop(table, theirs);
        });
      }
    } catch (error) {
      this.isSettled = false;
      throw error;
    }
  }

  /** Writes to KV what changed, when it is its turn. */
  async publish(): Promise<void> {
    const of = await this.homes();
    const changed = this.desk.changed();
    // Homes do not say which of both changed.
    const isBehind = { volunteers: changed.volunteers, calibrations: of === 0 ? changed.calibrations : changed.volunteers };
    const writes = Number(isBehind.calibrations) + Number(isBehind.volunteers);
    if (writes === 0) return;
    const now = this.study.clock();
    const at = this.study.turn(writes, now);
    if (at > now) return this.study.alarm.at(at);
    const { METRICS } = this.study.env;
    const { volunteers, kinds } = await this.known();
    if (of > 0) this.told = Promise.resolve(tolerancesOf(kinds));
    if (isBehind.calibrations) {
      await writeCalibrations(METRICS, { kinds: kinds.map(kindSpread), default: HALF.default });
      this.desk.notePublished("calibrations", now);
    }
    if (!isBehind.volunteers) return;
    await writeVolunteers(METRICS, volunteers);
    this.desk.notePublished("volunteers", now);
  }

  private async known(): Promise<Known> {
    if (this.of === 0) return { volunteers: this.desk.published(), kinds: this.desk.kinds() };
    const parts = await Promise.all(this.numbers().map((number) => taken<Known>(home(this.study.env, number).known())));
    return {
      volunteers: mergeVolunteers(parts.map(({ volunteers }) => volunteers)),
      kinds: mergeKinds(parts.map(({ kinds }) => kinds)),
    };
  }

  private numbers(): number[] {
    return Array.from({ length: this.of }, (_, i) => i + 1);
  }
}
