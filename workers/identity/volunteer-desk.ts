import { deviceKind } from "../../shared/audit/calibration/device-kind.ts";
import { judgeCalibration, REFERENCE } from "../../shared/audit/calibration/judge.ts";
import type { Calibration, Spread } from "../../shared/protocol/calibration.ts";
import type { Me, MeChange, Volunteers } from "../../shared/protocol/session.ts";
import { CalibrationStore } from "../calibration/calibration-sqlite.ts";
import type { KindVotes } from "../calibration/kind-votes.ts";
import { otherReference, tooManyKinds } from "../coordinator/refusals.ts";
import type { EarliestAlarm } from "../earliest-alarm.ts";
import { type Outcome, done } from "../problem.ts";
import type { Calibrated, Keeper } from "./homes.ts";
import { HourlyCount } from "./hourly-count.ts";
import { type By, type Gift, type Newcomer, VolunteerStore } from "./volunteers.ts";

/** What the desk needs of its object. */
export interface Desk {
  readonly storage: DurableObjectStorage;
  readonly alarm: EarliestAlarm;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  /** The alarm goes off at most so long after a change, in ms. */
  readonly wakeMs: number;
  /** How many objects share the volunteers: this one alone, or so many homes. */
  readonly homes: () => number;
  /** What audits allow a kind of device, as far as others than this object say it. */
  readonly tolerance?: (kind: string) => Promise<Spread | null>;
}

/** Who volunteers: keys, names, what they gave, and what their devices made of the known trainings. Part of the study's object, or of a home. */
export class VolunteerDesk implements Keeper {
  private readonly desk: Desk;
  private readonly volunteers: VolunteerStore;
  private readonly calibrations: CalibrationStore;
  private readonly count: HourlyCount;

  constructor(desk: Desk) {
    const { sql } = desk.storage;
    this.desk = desk;
    this.count = new HourlyCount(sql);
    this.volunteers = new VolunteerStore(sql);
    this.calibrations = new CalibrationStore(sql);
  }

  admit(newcomer: Newcomer): Outcome<{ alias: string | null }> {
    const admitted = this.volunteers.admit(newcomer, this.desk.clock(), this.desk.homes());
    if (admitted.ok && newcomer.alias !== undefined) this.noteChange();
    return admitted;
  }

  me(volunteer: string): Outcome<Me> {
    return this.volunteers.me(volunteer);
  }

  changeMe(by: By, change: MeChange): Outcome<Me> {
    const changed = this.volunteers.change(by, change, this.desk.clock(), this.desk.homes());
    if (changed.ok) this.noteChange();
    return changed;
  }

  async calibrate(by: By, { device, reference, answers }: Calibration): Promise<Outcome<Calibrated>> {
    if (reference !== REFERENCE) return otherReference(reference);
    const counted = this.count.take("calibrationsPerHour", by, this.desk.clock(), this.desk.homes());
    if (!counted.ok) return counted;
    const kind = deviceKind(device);
    const tolerance = this.desk.tolerance ? await this.desk.tolerance(kind) : this.calibrations.tolerance(kind);
    const { verdict, words, spread, state } = judgeCalibration(answers, device.provider, tolerance);
    if (!this.calibrations.put({ ...by, kind, verdict, spread, state }, this.desk.clock())) return tooManyKinds;
    this.noteChange();
    return done({ verdict, words });
  }

  /** An experiment says what everyone gave to it, in all. */
  noteGifts(experiment: string, gifts: readonly Gift[]): void {
    const isNews = this.desk.storage.transactionSync(() => this.volunteers.setGifts(experiment, gifts));
    if (isNews) this.noteChange();
  }

  /** What anyone may read of the volunteers here. */
  published(): Volunteers {
    return this.volunteers.published();
  }

  /** What their calibrations say. */
  kinds(): KindVotes[] {
    return this.calibrations.kinds();
  }

  /** Which of the values that are published are behind what is known here. */
  changed(): { readonly volunteers: boolean; readonly calibrations: boolean } {
    return { volunteers: this.volunteers.hasChanged(), calibrations: this.calibrations.hasChanged() };
  }

  /** Something that anyone may read has changed. */
  noteChange(): void {
    this.volunteers.noteChange(this.desk.clock());
    this.desk.alarm.in(this.desk.wakeMs);
  }

  /** @param before ms since 1970: what changed later comes with the next publication */
  notePublished(which: "volunteers" | "calibrations", before: number): void {
    this[which].notePublished(before);
  }
}
