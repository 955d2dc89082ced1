import type { ExperimentSnapshot, StudySnapshot } from "../../../shared/protocol/snapshot.ts";
import { volunteerName } from "../data/volunteer-name.ts";
import type { Table } from "../figures/figure.ts";
import { duration, instant } from "../words.ts";

/** Rows that a page carries; the data files hold every shard. */
const MOST_ROWS = 200;

/** Where each stretch of each curve came from, newest first. */
export function provenanceTable(experiments: readonly ExperimentSnapshot[], names: StudySnapshot["names"]): Table {
  const shards = experiments
    .flatMap(({ experiment, metrics }) =>
      metrics.variants.flatMap((variant) => {
        const label = experiment.plan.variants.find(({ id }) => id === variant.id)?.label ?? variant.id;
        const run = `${experiment.title}: ${label}`;
        return variant.runs.flatMap(({ seed, provenance }) =>
          provenance.map((origin) => ({ run: `${run}, seed ${seed}`, origin })),
        );
      }),
    )
    .sort((a, b) => b.origin.acceptedAt.localeCompare(a.origin.acceptedAt) || a.origin.shard.localeCompare(b.origin.shard));
  return {
    columns: ["Run", "Steps", "Volunteer", "Device", "Trained in", "Model", "Checkpoint", "Accepted"],
    rows: shards
      .slice(0, MOST_ROWS)
      .map(({ run, origin }) => [
        run,
        `${origin.fromStep.toLocaleString("en")}\u2060–\u2060${origin.toStep.toLocaleString("en")}`,
        volunteerName(origin.volunteer, names),
        [origin.device.provider, origin.device.adapter, origin.device.platform, origin.device.runtime].filter(Boolean).join(", "),
        duration((origin.trainMs + origin.evaluateMs) / 1000),
        origin.modelSha256.slice(0, 10),
        origin.endCheckpoint?.slice(0, 10) ?? "none: diverged",
        instant(origin.acceptedAt),
      ]),
    note:
      shards.length > MOST_ROWS
        ? `The ${MOST_ROWS} newest of ${shards.length.toLocaleString("en")} shards. All of them, with whole hashes, are in the study’s JSON.`
        : "Hashes are the first ten digits of SHA-256; whole ones are in the study’s JSON.",
  };
}
