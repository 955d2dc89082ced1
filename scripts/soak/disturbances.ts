export type Disturbance = "coordinator" | "volunteer" | "auditor" | "page";

/** When what is killed, as shares of the whole time: late enough that each life has time to warm up. */
const AT: readonly (readonly [share: number, what: Disturbance])[] = [
  [0.35, "coordinator"],
  [0.45, "auditor"],
  [0.5, "volunteer"],
  [0.6, "page"],
  [0.7, "coordinator"],
];

/** What is due by now and was not done before. @param done how many were */
export function nextDisturbance(minute: number, minutes: number, done: number): Disturbance | null {
  const next = AT[done];
  return next && minute >= next[0] * minutes ? next[1] : null;
}
