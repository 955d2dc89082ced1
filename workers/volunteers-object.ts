import { DurableObject } from "cloudflare:workers";
import { Row } from "../shared/protocol/bundle.ts";
import type { Calibration } from "../shared/protocol/calibration.ts";
import type { Me, MeChange, Volunteers } from "../shared/protocol/session.ts";
import { bounded, type KindVotes, type Tolerances } from "./calibration/kind-votes.ts";
import { EarliestAlarm } from "./earliest-alarm.ts";
import { HomeStore } from "./identity/home-sqlite.ts";
import type { Calibrated, Keeper } from "./identity/homes.ts";
import { HANDED_TABLES, takeOver } from "./identity/homes-sqlite.ts";
import { taken } from "./identity/taken.ts";
import { VolunteerDesk } from "./identity/volunteer-desk.ts";
import type { By, Gift, Newcomer } from "./identity/volunteers.ts";
import { pageOfRows } from "./operator/rows.ts";
import type { Outcome } from "./problem.ts";
import { study } from "./study.ts";

/** How old what the study said of tolerances may be, and how soon the study is told again that could not be. */
const [TOLD_MS, AGAIN_MS] = [60_000, 5_000];

/** A home: keeps those of the study's volunteers whose ids lead to it, where several objects share them. What anyone may read of them the study's object asks for. */
export class VolunteersObject extends DurableObject<Env> implements Keeper {
  /** Milliseconds since 1970. */
  clock = (): number => Date.now();
  private readonly store: HomeStore;
  private readonly desk: VolunteerDesk;
  private readonly earliest: EarliestAlarm;
  private told: { readonly at: number; readonly tolerances: Tolerances } | null = null;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.store = new HomeStore(ctx.storage.sql);
    this.earliest = new EarliestAlarm(ctx.storage, () => this.clock());
    this.desk = new VolunteerDesk({
      ...{ storage: ctx.storage, alarm: this.earliest, clock: () => this.clock() },
      wakeMs: Number(env.PUBLISH_SECONDS) * 1000,
      homes: () => this.store.of(),
      tolerance: async (kind) => (await this.tolerances())[kind] ?? null,
    });
    void ctx.blockConcurrencyWhile(() => this.earliest.read());
  }

  /** @param of how many homes there are */
  open(of: number): void {
    this.store.open(of);
  }

  admit(newcomer: Newcomer): Outcome<{ alias: string | null }> {
    return this.desk.admit(newcomer);
  }

  me(volunteer: string): Outcome<Me> {
    return this.desk.me(volunteer);
  }

  changeMe(by: By, change: MeChange): Outcome<Me> {
    return this.desk.changeMe(by, change);
  }

  calibrate(by: By, calibration: Calibration): Promise<Outcome<Calibrated>> {
    return this.desk.calibrate(by, calibration);
  }

  /** An experiment says what everyone gave to it, in all, of those who are kept here. */
  noteGifts(experiment: string, gifts: readonly Gift[]): void {
    this.desk.noteGifts(experiment, gifts);
  }

  /** What the study publishes of those who are kept here. */
  known(): { volunteers: Volunteers; kinds: KindVotes[] } {
    return { volunteers: this.desk.published(), kinds: this.desk.kinds().map((kind) => bounded(kind)) };
  }

  /** Takes over rows of volunteers from the study's object. @param json an array of rows */
  takeOver(table: string, json: string): void {
    const rows = Row.array().parse(JSON.parse(json));
    this.ctx.storage.transactionSync(() => takeOver(this.ctx.storage.sql, table, rows));
    this.desk.noteChange();
  }

  /** Rows of one of its tables, for a bundle. @param offset 0, or `next` of the page before */
  exportRows(table: string, offset: number): { rows: string[]; next: number | null } {
    if (!HANDED_TABLES.includes(table))
      throw new Error(`${table}: got no table of volunteers, want some of ${HANDED_TABLES.join(", ")}`);
    const { rows, next } = pageOfRows(this.ctx.storage.sql, table, offset);
    return { rows: rows.map((row) => JSON.stringify(row)), next };
  }

  bytes(): number {
    return this.ctx.storage.sql.databaseSize;
  }

  /** Tells the study that there is something to publish: once it knows, it asks. */
  override async alarm(): Promise<void> {
    this.earliest.wentOff();
    const { volunteers, calibrations } = this.desk.changed();
    if (!volunteers && !calibrations) return;
    const now = this.clock();
    try {
      await study(this.env).noteVolunteers();
      this.desk.notePublished("volunteers", now);
      this.desk.notePublished("calibrations", now);
    } catch (error) {
      console.error("the study was not told of its volunteers, will try again", error);
      this.earliest.in(AGAIN_MS);
    }
  }

  /** Of everybody's calibrations: one home alone sees a share of the networks. */
  private async tolerances(): Promise<Tolerances> {
    const now = this.clock();
    if (this.told && now - this.told.at < TOLD_MS) return this.told.tolerances;
    const tolerances = await taken<Tolerances>(study(this.env).tolerances());
    this.told = { at: now, tolerances };
    return tolerances;
  }
}
