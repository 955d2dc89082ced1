import { deviceKind } from "../../shared/audit/calibration/device-kind.ts";
import { judgeCalibration, REFERENCE } from "../../shared/audit/calibration/judge.ts";
import type { Calibration, CalibrationVerdict } from "../../shared/protocol/calibration.ts";
import type { Me, MeChange } from "../../shared/protocol/session.ts";
import { CalibrationStore, type Tolerances } from "../calibration/calibration-sqlite.ts";
import { otherReference, tooManyKinds } from "../coordinator/refusals.ts";
import type { EarliestAlarm } from "../earliest-alarm.ts";
import { writeCalibrations, writeVolunteers } from "../metrics-kv.ts";
import { type Outcome, done } from "../problem.ts";
import { HourlyCount } from "./hourly-count.ts";
import { type Gift, type Newcomer, VolunteerStore } from "./volunteers.ts";

/** The list of volunteers is published so many times less often than an experiment's metrics. */
const VOLUNTEERS_SLOWER = 6;

/** What the desk needs of the study's object. */
export interface Desk {
  readonly storage: DurableObjectStorage;
  readonly env: Env;
  readonly alarm: EarliestAlarm;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  /** When so many values may be written to KV, in ms since 1970. */
  readonly turn: (writes: number, now: number) => number;
}

/** Who volunteers: keys, names, what they gave, and what their devices made of the known trainings. */
export class VolunteerDesk {
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

  /** The server's secret, for a deployment that sets none. */
  secret(): string {
    return this.volunteers.secret();
  }

  /** A key has been shown: notes that its volunteer came. */
  admit(newcomer: Newcomer): Outcome<{ alias: string | null }> {
    const admitted = this.volunteers.admit(newcomer, this.desk.clock());
    if (admitted.ok && newcomer.alias !== undefined) this.noteChange();
    return admitted;
  }

  me(volunteer: string): Outcome<Me> {
    return this.volunteers.me(volunteer);
  }

  changeMe(volunteer: string, network: string, change: MeChange): Outcome<Me> {
    const changed = this.volunteers.change(volunteer, network, change, this.desk.clock());
    if (changed.ok) this.noteChange();
    return changed;
  }

  /** Judges what a device made of the known trainings, and keeps it. */
  calibrate(
    by: { volunteer: string; network: string },
    { device, reference, answers }: Calibration,
  ): Outcome<{ verdict: CalibrationVerdict; words: string }> {
    if (reference !== REFERENCE) return otherReference(reference);
    const counted = this.count.take("calibrationsPerHour", by, this.desk.clock());
    if (!counted.ok) return counted;
    const kind = deviceKind(device);
    const { verdict, words, spread, state } = judgeCalibration(answers, device.provider, this.calibrations.tolerance(kind));
    if (!this.calibrations.put({ ...by, kind, verdict, spread, state }, this.desk.clock())) return tooManyKinds;
    this.noteChange();
    return done({ verdict, words });
  }

  /** What audits allow the kinds of devices that were calibrated often enough. */
  tolerances(): Tolerances {
    return this.calibrations.tolerances();
  }

  /** An experiment says what everyone gave to it, in all. */
  noteGifts(experiment: string, gifts: readonly Gift[]): void {
    const isNews = this.desk.storage.transactionSync(() => this.volunteers.setGifts(experiment, gifts));
    if (isNews) this.noteChange();
  }

  /** Writes to KV what changed, when it is its turn. */
  async publish(): Promise<void> {
    const { calibrations, volunteers } = this;
    const { env, turn, alarm } = this.desk;
    const writes = Number(calibrations.hasChanged()) + Number(volunteers.hasChanged());
    if (writes === 0) return;
    const now = this.desk.clock();
    const at = turn(writes, now);
    if (at > now) return alarm.at(at);
    if (calibrations.hasChanged()) {
      await writeCalibrations(env.METRICS, calibrations.published());
      calibrations.notePublished(now);
    }
    if (!volunteers.hasChanged()) return;
    await writeVolunteers(env.METRICS, volunteers.published());
    volunteers.notePublished(now);
  }

  private noteChange(): void {
    this.volunteers.noteChange(this.desk.clock());
    this.desk.alarm.in(VOLUNTEERS_SLOWER * Number(this.desk.env.PUBLISH_SECONDS) * 1000);
  }
}
