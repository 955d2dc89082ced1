export type Disturbance = "coordinator" | "volunteer" | "auditor" | "page";

/** When what is killed, as shares of the whole time: early, so that each then has a life long enough to tell a leak from caches that fill. */
const AT: readonly (readonly [share: number, what: Disturbance])[] = [
  [0.1, "coordinator"],
  [0.15, "auditor"],
  [0.2, "volunteer"],
  [0.25, "page"],
  [0.35, "coordinator"],
];

/** What is due by now and was not done before. @param done how many were */
export function nextDisturbance(minute: number, minutes: number, done: number): Disturbance | null {
  const next = AT[done];
  return next && minute >= next[0] * minutes ? next[1] : null;
}
