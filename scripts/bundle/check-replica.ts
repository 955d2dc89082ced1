import { planHash } from "../../shared/experiments/experiment.ts";
import { isReplica, replicaHeader } from "../../shared/experiments/replica.ts";
import type { ExperimentHeader } from "../../shared/protocol/experiment.ts";
import type { ExperimentSnapshot } from "../../shared/protocol/snapshot.ts";
import { Difference } from "./lines.ts";

/**
 * Which pairs are trained again follows from the names alone, so nobody can choose them afterwards.
 * @param before the bundle's experiments that stand before it
 * @throws Difference for replicas of other seeds, or of another plan, than were drawn
 */
export function checkReplica({ id, parent, plan }: ExperimentHeader, before: readonly ExperimentSnapshot[]): void {
  if (!isReplica(id)) return;
  const first = before.find(({ experiment }) => experiment.id === parent)?.experiment;
  if (!first) throw new Difference(`${id}: parent: got ${parent}, want an experiment that stands before it`);
  const drawn = replicaHeader(first);
  if (drawn?.id !== id) throw new Difference(`${id}: got replicas of ${first.id}, want ${drawn?.id ?? "none"}, as was drawn`);
  const [got, want] = [planHash(plan), planHash(drawn.plan)];
  if (got !== want) {
    throw new Difference(
      `${id}: got a plan with the hash ${got}, want ${want}: that of ${first.id} with the drawn seeds, ${drawn.plan.seeds.join(", ")}`,
    );
  }
}
