import type { Run } from "./coordinator/work-generator.ts";

type Row = Record<string, SqlStorageValue>;

/** As a Run has them. */
const COLUMNS = "variant, seed, shards, step, checkpoint, diverged_at AS divergedAt";

/**
 * How far each run is trained, in an experiment's SQLite. Kept in memory as well, since every grant looks at all of them: written first, kept then, and read again after
 * `forget`.
 */
export class RunStore {
  private readonly sql: SqlStorage;
  private kept: Map<string, Run> | null = null;
  private list: readonly Run[] | null = null;

  constructor(sql: SqlStorage) {
    this.sql = sql;
  }

  /** The same array for as long as nothing happened to them. */
  all(): readonly Run[] {
    return (this.list ??= [...this.known().values()]);
  }

  /** @throws Error for a run that the plan does not have */
  find(variant: string, seed: number): Run {
    const run = this.known().get(keyOf(variant, seed));
    if (!run) throw new Error(`runs: got ${variant} with seed ${seed}, want a run of the plan`);
    return run;
  }

  /** The run that a shard belongs to, by the shard's name. */
  ofShard(shard: string): Run {
    const [, variant = "", seed = ""] = /^[^.]+\.(.+)\.s(\d+)\.k\d+$/.exec(shard) ?? [];
    return this.find(variant, Number(seed));
  }

  advance({ shards, step, checkpoint, divergedAt, variant, seed }: Run): void {
    this.sql.exec(
      "UPDATE runs SET shards = ?, step = ?, checkpoint = ?, diverged_at = ? WHERE variant = ? AND seed = ?",
      ...[shards, step, checkpoint, divergedAt, variant, seed],
    );
    this.list = null;
    this.kept?.set(keyOf(variant, seed), { variant, seed, shards, step, checkpoint, divergedAt });
  }

  /** The table was written by somebody else, or what was written was undone. */
  forget(): void {
    this.kept = this.list = null;
  }

  private known(): Map<string, Run> {
    this.kept ??= new Map(
      this.sql
        .exec<Run & Row>(`SELECT ${COLUMNS} FROM runs`)
        .toArray()
        .map((run) => [keyOf(run.variant, run.seed), run]),
    );
    return this.kept;
  }
}

const keyOf = (variant: string, seed: number) => `${variant}/${seed}`;
