import { PROTOCOL_VERSION } from "../../shared/protocol/version.ts";
import type { StudySnapshot } from "../../shared/protocol/snapshot.ts";
import type { Coordinator } from "../../shared/volunteer/ports.ts";

/**
 * Runs that were begun, are not finished, and whose next shard a volunteer cannot have although nobody else trains.
 * Each is asked for by name, and given back.
 */
export async function stuckRuns(
  coordinator: Coordinator,
  { experiments }: StudySnapshot,
): Promise<{ asked: number; stuck: string[] }> {
  const stuck: string[] = [];
  let asked = 0;
  for (const { experiment, metrics } of experiments) {
    for (const variant of metrics.variants) {
      for (const run of variant.runs) {
        if (run.trainedSteps === 0 || run.state === "finished" || run.state === "diverged") continue;
        const wanted = `${experiment.id}.${variant.id}.s${run.seed}.k${run.provenance.length}`;
        const device = {
          provider: "cpu",
          adapter: null,
          threads: 1,
          runtime: "none",
          platform: "a soak's last question",
        } as const;
        const reply = await coordinator.lease({ protocol: PROTOCOL_VERSION, device, experiment: experiment.id, prefer: wanted });
        asked += 1;
        if (reply.kind === "lease") await coordinator.giveBack(reply.lease.id);
        if (reply.kind === "idle" || reply.lease.shard.id !== wanted) stuck.push(wanted);
      }
    }
  }
  return { asked, stuck };
}
