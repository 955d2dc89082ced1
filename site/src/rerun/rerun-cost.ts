import type { RerunRequest } from "../../../shared/protocol/rerun.ts";
import type { ExperimentSnapshot } from "../../../shared/protocol/snapshot.ts";
import { duration, plural } from "../words.ts";

/** What a rerun would cost: runs, steps, and computing at the rate that the parent's shards were trained at. */
export interface RerunCost {
  readonly runs: number;
  readonly steps: number;
  readonly images: number;
  /** Null where nothing of the parent was trained yet. */
  readonly computeMs: number | null;
}

/** @param parent the experiment that is asked for again, with the progress it made */
export function rerunCost(request: RerunRequest, { experiment: { plan }, metrics: { progress } }: ExperimentSnapshot): RerunCost {
  const { overrides } = request;
  const runs = (request.variants?.length ?? plan.variants.length) * (request.seeds?.length ?? plan.seeds.length);
  const steps = runs * (overrides.steps ?? plan.spec.steps);
  const batchSize = overrides.batchSize ?? plan.spec.batchSize;
  // A step of another batch takes in proportion; that holds well enough for convolutions.
  const stepMs = progress.steps > 0 ? (progress.trainMs / progress.steps) * (batchSize / plan.spec.batchSize) : null;
  return { runs, steps, images: steps * batchSize, computeMs: stepMs === null ? null : stepMs * steps };
}

/** The cost in a sentence. */
export function costWords({ runs, steps, images, computeMs }: RerunCost): string {
  const computing =
    computeMs === null
      ? "How long it takes is not known yet: nothing of this experiment was trained here."
      : `At the speed of the shards so far, about ${duration(computeMs / 1000)} of computing, shared by whoever volunteers.`;
  return `${plural(runs, "run")}, ${plural(steps, "step")}, ${images.toLocaleString("en")} images. ${computing}`;
}
