import type { Run } from "../coordinator/work-generator.ts";

/** A result that counts, as far as voiding has to know it. */
export interface Standing {
  /** Number of its row: results are numbered in the order in which they were accepted. */
  readonly position: number;
  readonly shard: string;
  readonly variant: string;
  readonly seed: number;
  readonly fromStep: number;
  readonly volunteer: string;
  /** Null where the run diverged. */
  readonly endCheckpoint: string | null;
}

/** Why a result no longer counts: who trained it, or what it continued from. */
export type VoidedFor = "identity" | "continued";

/** What voiding changes: results that leave, and the runs that go back to their last good checkpoint. */
export interface RollBack {
  readonly voided: readonly { readonly position: number; readonly shard: string; readonly for: VoidedFor }[];
  readonly runs: readonly Run[];
}

/**
 * Takes a volunteer's results out of the runs. A run is a chain of checkpoints, so what came after the first of them leaves too, whoever trained it, and
 * the run stands where the last result before it ended. Its other arm stays: nothing is left out of the study because of its outcome, since the
 * same seeds are trained again.
 */
export function rollBack(standing: readonly Standing[], volunteer: string): RollBack {
  const byRun = new Map<string, Standing[]>();
  for (const result of standing) {
    const key = `${result.variant}/${result.seed}`;
    byRun.set(key, [...(byRun.get(key) ?? []), result]);
  }
  const chains = [...byRun.values()].flatMap((chain) => {
    const inOrder = chain.sort((a, b) => a.fromStep - b.fromStep);
    const broken = inOrder.findIndex((result) => result.volunteer === volunteer);
    return broken < 0 ? [] : [{ good: inOrder.slice(0, broken), bad: inOrder.slice(broken) }];
  });
  return {
    voided: chains.flatMap(({ bad }) =>
      bad.map(
        (result) =>
          ({
            position: result.position,
            shard: result.shard,
            for: result.volunteer === volunteer ? "identity" : "continued",
          }) as const,
      ),
    ),
    runs: chains.map(({ good, bad }) => ({
      variant: bad[0]!.variant,
      seed: bad[0]!.seed,
      shards: good.length,
      step: bad[0]!.fromStep,
      checkpoint: good.at(-1)?.endCheckpoint ?? null,
      divergedAt: null,
    })),
  };
}
