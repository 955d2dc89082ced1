import { readdirSync, readFileSync } from "node:fs";

/**
 * Milliseconds that all threads of these processes have computed so far, as Linux counts them (to the nanosecond); null elsewhere. On a machine that others use
 * too it tells more than the clock on the wall: a step takes as much work as ever, only spread over a longer time.
 */
export function processorMs(pids: readonly number[]): number | null {
  let total = 0;
  for (const pid of pids) {
    try {
      for (const thread of readdirSync(`/proc/${pid}/task`)) {
        total += Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, "utf8").split(" ")[0]) / 1e6;
      }
    } catch {
      if (process.platform !== "linux") return null; // Else a thread or a process that has just ended.
    }
  }
  return total;
}
