import type { Calibration, CalibrationVerdict } from "../../shared/protocol/calibration.ts";
import type { Me, MeChange } from "../../shared/protocol/session.ts";
import type { Outcome } from "../problem.ts";
import { study } from "../study.ts";
import { homeNumber } from "./home-number.ts";
import type { By, Gift, Newcomer } from "./volunteers.ts";

/** Whoever keeps a volunteer: the study's object, or with VOLUNTEER_HOMES above 1 the volunteer's home, one of so many objects that share the table. */
export interface Keeper {
  /** A key has been shown: notes that its volunteer came. */
  admit(newcomer: Newcomer): Awaitable<Outcome<{ alias: string | null }>>;
  me(volunteer: string): Awaitable<Outcome<Me>>;
  changeMe(by: By, change: MeChange): Awaitable<Outcome<Me>>;
  /** Judges what a device made of the known trainings, and keeps it. */
  calibrate(by: By, calibration: Calibration): Awaitable<Outcome<Calibrated>>;
}
type Awaitable<T> = T | Promise<T>;

/** What came of a calibration. */
export interface Calibrated {
  readonly verdict: CalibrationVerdict;
  readonly words: string;
}

/** One of the study's volunteers' homes; numbers begin at 1. */
export const home = (env: Env, number: number) => env.VOLUNTEERS.getByName(`home ${number}`);

/** How many homes the deployment would like; 0: none, the study's object keeps everybody. */
export function homesWanted({ VOLUNTEER_HOMES }: Env): number {
  const wanted = Number(VOLUNTEER_HOMES);
  return Number.isInteger(wanted) && wanted > 1 ? wanted : 0;
}

/** How many homes a study has never changes: it is asked once in an isolate's life. Where none are wanted nobody asks: the study's object hands on what comes to it. */
const known = new WeakMap<Env, number>();

async function homesOf(env: Env): Promise<number> {
  if (homesWanted(env) === 0) return 0;
  const of = known.get(env) ?? (await study(env).homes());
  known.set(env, of);
  return of;
}

export async function keeperOf(env: Env, volunteer: string): Promise<Keeper> {
  const of = await homesOf(env);
  return of === 0 ? study(env) : home(env, homeNumber(volunteer, of));
}

/** An experiment says what everyone gave to it, in all. */
export async function noteGifts(env: Env, experiment: string, gifts: readonly Gift[]): Promise<void> {
  const of = await homesOf(env);
  if (of === 0) await study(env).noteGifts(experiment, gifts);
  else await noteGiftsAtHomes(env, of, experiment, gifts);
}

/** Every home hears of its own, those also to whom nobody gave anything any more. */
export async function noteGiftsAtHomes(env: Env, of: number, experiment: string, gifts: readonly Gift[]): Promise<void> {
  const byHome = Map.groupBy(gifts, ({ volunteer }) => homeNumber(volunteer, of));
  for (let number = 1; number <= of; number++) await home(env, number).noteGifts(experiment, byHome.get(number) ?? []);
}
