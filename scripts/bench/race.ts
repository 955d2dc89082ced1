import { type Contestant, nameOf, type NetworkWork, type Runner, type Work } from "./contestant.ts";
import { median } from "./numbers.ts";

/** Milliseconds of each timed run of one contestant on one unit of work, or why there are none. */
export type Times =
  | { readonly contestant: Contestant; readonly ms: readonly number[] }
  | { readonly contestant: Contestant; readonly failed: string };

/**
 * Lets every contestant do the same work, in alternating rounds: what else the machine does falls on all of them alike. The first runs of
 * each warm up and do not count.
 */
export async function race(
  contestants: readonly Contestant[],
  work: Omit<NetworkWork, "batchSize"> | Extract<Work, { kind: "product" }>,
  rounds: number,
): Promise<Times[]> {
  const entries: { contestant: Contestant; runner: Runner | null; ms: number[]; failed: string | null }[] = [];
  for (const contestant of contestants) {
    const own: Work = work.kind === "product" ? work : { ...work, batchSize: contestant.batchSize };
    try {
      const runner = await contestant.open(own);
      await runner.run();
      entries.push({ contestant, runner, ms: [], failed: null });
    } catch (error) {
      entries.push({ contestant, runner: null, ms: [], failed: firstLine(error) });
    }
  }
  for (let round = 0; round < rounds; round++) {
    for (const entry of entries) {
      if (entry.runner === null) continue;
      for (let i = 0; i < entry.contestant.repeats; i++) {
        const ms = await entry.runner.run();
        if (i > 0 || entry.contestant.repeats === 1) entry.ms.push(ms); // the first of a round wakes threads and caches
      }
    }
  }
  for (const { runner } of entries) await runner?.close();
  return entries.map(({ contestant, ms, failed }) => (failed === null ? { contestant, ms } : { contestant, failed }));
}

export const medianOf = (times: Times): number | null => ("ms" in times && times.ms.length > 0 ? median(times.ms) : null);

export const title = (work: Omit<NetworkWork, "batchSize">): string => nameOf({ ...work, batchSize: 0 });

const firstLine = (error: unknown): string => (error instanceof Error ? error.message : String(error)).split("\n")[0]!;
