import os from "node:os";

/** Above this share of the processors, what others do shows in the timings. */
export const QUIET = 0.1;

/** Share of all processors' time that somebody uses while this process only waits: 0 on an idle machine. */
export async function busyShare(waitMs: number): Promise<number> {
  const before = total();
  await new Promise((resolve) => setTimeout(resolve, waitMs));
  const after = total();
  return (after.busy - before.busy) / Math.max(1, after.busy + after.idle - before.busy - before.idle);
}

function total(): { busy: number; idle: number } {
  let [busy, idle] = [0, 0];
  for (const { times } of os.cpus()) {
    busy += times.user + times.nice + times.sys + times.irq;
    idle += times.idle;
  }
  return { busy, idle };
}
