/** Questions in a second that an experiment with nothing to give wants to hear from all who wait, however many they are. */
export const ASKS_PER_SECOND = 20;
/** Seconds that somebody is told to wait, before the spread: as long as a shard may soon be free, and at most so that nobody believes it over. */
const [LEAST, MOST] = [30, 900];
/** With its spread, a wait is so many times as long on average (see `idleReply`). */
const SPREAD = 1.5;

/** How many ask in vain, and how long they are told to wait for that. */
export interface Waiting {
  /** When counting began, in ms since 1970. */
  readonly since: number;
  /** Questions since then. */
  readonly asked: number;
  readonly seconds: number;
}

export const nobodyWaits = (now: number): Waiting => ({ since: now, asked: 0, seconds: LEAST });

/**
 * Somebody asked in vain. Whoever waits asks once within the wait that it was told, so the questions within so long a time are the crowd; then the wait becomes
 * one with which such a crowd asks ASKS_PER_SECOND times a second.
 * @param asked how many, this one and those that were turned away without a question
 */
export function askedInVain(waiting: Waiting, asked: number, now: number): Waiting {
  const { since, seconds } = waiting;
  const total = waiting.asked + asked;
  const [elapsed, round] = [(now - since) / 1000, SPREAD * seconds];
  if (elapsed < round) return { ...waiting, asked: total };
  const crowd = (total * round) / elapsed;
  return { since: now, asked: 0, seconds: Math.min(MOST, Math.max(LEAST, crowd / ASKS_PER_SECOND / SPREAD)) };
}
