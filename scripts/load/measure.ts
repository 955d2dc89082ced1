import { processorMs } from "../bench/processor-time.ts";

/** What many requests of one kind took. */
export interface Measured {
  readonly requests: number;
  readonly seconds: number;
  /** Of the process that answered, all threads. */
  readonly cpuMs: number;
  /** How long the slowest one in a hundred took at the least, ms. */
  readonly p99Ms: number;
}

/**
 * Does everything, so many at a time, and looks at the processor time that it took another process.
 * @param pid of that process
 * @throws whatever a thing throws: a load in which something fails measures nothing
 */
export async function measure(pid: number, things: readonly (() => Promise<unknown>)[], atOnce: number): Promise<Measured> {
  const took: number[] = [];
  let next = 0;
  const cpuBefore = processorMs([pid]) ?? 0;
  const began = performance.now();
  const one = async () => {
    for (let i = next++; i < things.length; i = next++) {
      const start = performance.now();
      await things[i]!();
      took.push(performance.now() - start);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, one));
  const seconds = (performance.now() - began) / 1000;
  const sorted = took.toSorted((a, b) => a - b);
  return {
    requests: things.length,
    seconds,
    cpuMs: (processorMs([pid]) ?? 0) - cpuBefore,
    p99Ms: sorted[Math.floor(0.99 * (sorted.length - 1))] ?? 0,
  };
}

/** Several measurements of one kind as one. */
export const together = (all: readonly Measured[]): Measured => ({
  requests: all.reduce((sum, { requests }) => sum + requests, 0),
  seconds: all.reduce((sum, { seconds }) => sum + seconds, 0),
  cpuMs: all.reduce((sum, { cpuMs }) => sum + cpuMs, 0),
  p99Ms: Math.max(...all.map(({ p99Ms }) => p99Ms)),
});
