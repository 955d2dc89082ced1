const DAY_MS = 86_400_000;
/** Turns that are saved up while nothing is published: so many writes may come at once. */
const SAVED = 60;

/**
 * The next turn to write to KV. A day has so many, evenly spread, whoever takes them: with twice as many busy experiments each is published half as
 * often. In any day there are no more than that and those saved up.
 * @param free the first turn that nobody has taken, in ms since 1970  @param perDay 0: as many as anybody likes
 * @returns when the turn is, and the first that is free then
 */
export function nextTurn(
  free: number,
  perDay: number,
  writes: number,
  now: number,
): { readonly at: number; readonly free: number } {
  if (perDay === 0) return { at: now, free };
  const spacing = DAY_MS / perDay;
  const first = Math.max(free, now - (SAVED - 1) * spacing);
  const last = first + (writes - 1) * spacing;
  return { at: Math.max(now, Math.ceil(last)), free: last + spacing };
}

/** KV_WRITES_PER_DAY, as a number. @throws Error naming the variable */
export function writesPerDay(value: string): number {
  const perDay = Number(value);
  if (value.trim() !== "" && Number.isInteger(perDay) && perDay >= 0) return perDay;
  throw new Error(`KV_WRITES_PER_DAY: got ${JSON.stringify(value)}, want a whole number of writes, or 0 for no limit`);
}
