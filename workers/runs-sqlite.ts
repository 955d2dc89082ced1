import type { Run } from "./coordinator/work-generator.ts";

/** How far each run is trained, in an experiment's SQLite. Every method is one statement. */
export class RunStore {
  private readonly sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.sql = sql;
  }

  all(): Run[] {
    return this.sql.exec<RunRow>("SELECT * FROM runs").toArray().map(toRun);
  }

  /** @throws Error for a run that the plan does not have */
  find(variant: string, seed: number): Run {
    return toRun(this.sql.exec<RunRow>("SELECT * FROM runs WHERE variant = ? AND seed = ?", variant, seed).one());
  }

  /** The run that a shard belongs to, by the shard's name. */
  ofShard(shard: string): Run {
    const [, variant = "", seed = ""] = /^[^.]+\.(.+)\.s(\d+)\.k\d+$/.exec(shard) ?? [];
    return this.find(variant, Number(seed));
  }

  advance(run: Run): void {
    const { shards, step, checkpoint, divergedAt, variant, seed } = run;
    this.sql.exec(
      "UPDATE runs SET shards = ?, step = ?, checkpoint = ?, diverged_at = ? WHERE variant = ? AND seed = ?",
      ...[shards, step, checkpoint, divergedAt, variant, seed],
    );
  }
}

type RunRow = {
  variant: string;
  seed: number;
  shards: number;
  checkpoint: string | null;
  diverged_at: number | null;
  step: number;
};

const toRun = ({ variant, seed, shards, checkpoint, diverged_at, step }: RunRow): Run => ({
  variant,
  seed,
  shards,
  step,
  checkpoint,
  divergedAt: diverged_at,
});
