import { stepFlops } from "../../../shared/nn/flops.ts";
import { ownExperiments } from "./study.ts";
import { snapshotFile } from "./snapshot-file.ts";

/** Operations of a training step by experiment, mean over its variants. For the build: the page gets the numbers, not the networks. */
export function flopsByExperiment(): Readonly<Record<string, number>> {
  return Object.fromEntries(
    ownExperiments(snapshotFile()).map(({ experiment: { id, plan } }) => {
      const { network, batchSize } = plan.spec;
      const each = plan.variants.map(({ normalization }) => stepFlops({ network, batchSize, normalization }));
      return [id, Math.round(each.reduce((sum, flops) => sum + flops, 0) / each.length)];
    }),
  );
}
