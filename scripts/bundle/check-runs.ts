import type { ExperimentLine } from "../../shared/protocol/bundle.ts";
import type { StoredResult } from "../../shared/protocol/result.ts";
import { Difference } from "./lines.ts";

/** A run's results follow each other without gaps, each from the checkpoint at which the one before it ended, and the run stands where the last one ended. */
export function checkRuns({ header, tables }: ExperimentLine, standing: readonly StoredResult[]): void {
  const rows = new Map((tables.runs ?? []).map((row) => [`${row.variant}/${row.seed}`, row]));
  for (const { id: variant } of header.plan.variants) {
    for (const seed of header.plan.seeds) {
      const row = rows.get(`${variant}/${seed}`);
      const at = `${header.id}: ${variant}, seed ${seed}`;
      if (!row) throw new Difference(`${at}: got no such run, want one, as the plan says`);
      const shards = standing
        .filter((result) => result.variant === variant && result.seed === seed)
        .sort((a, b) => a.provenance.fromStep - b.provenance.fromStep);
      let [step, checkpoint] = [0, null as string | null];
      for (const { provenance, divergedAt } of shards) {
        const where = `${at}, ${provenance.shard}`;
        if (provenance.fromStep !== step) throw new Difference(`${where}: fromStep: got ${provenance.fromStep}, want ${step}`);
        if (provenance.startCheckpoint !== checkpoint) {
          throw new Difference(
            `${where}: startCheckpoint: got ${provenance.startCheckpoint}, want ${checkpoint}, where the one before it ended`,
          );
        }
        [step, checkpoint] = [provenance.toStep, divergedAt === null ? provenance.endCheckpoint : null];
      }
      const wanted = { shards: shards.length, step, checkpoint, diverged_at: shards.at(-1)?.divergedAt ?? null };
      for (const [column, value] of Object.entries(wanted)) {
        if (row[column] !== value)
          throw new Difference(`${at}: ${column}: got ${row[column]}, want ${value}, as its results say`);
      }
    }
  }
}
