import { taskOf } from "../../shared/nn/task.ts";
import type { ExperimentHeader, Plan } from "../../shared/protocol/experiment.ts";
import type { Provider } from "../../shared/protocol/lease.ts";

/** Which devices can train what: the deep linear network computes in float64, which WebGPU does not have. */

const needsFloat64 = ({ spec }: Plan): boolean => taskOf(spec.network, spec.batchSize).dtype === "float64";

export const canTrain = (provider: Provider, plan: Plan): boolean => provider !== "webgpu" || !needsFloat64(plan);

/** Which of these experiments need float64: the study's own by their plans, and a rerun as its parent, whose name it begins with. */
export function float64Experiments(ids: readonly string[], own: readonly ExperimentHeader[]): Set<string> {
  const parents = own.filter(({ plan }) => needsFloat64(plan)).map(({ id }) => id);
  return new Set(ids.filter((id) => parents.some((parent) => id === parent || id.startsWith(`${parent}-rerun-`))));
}
