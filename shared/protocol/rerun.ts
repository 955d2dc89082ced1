import { z } from "zod";
import { Plan } from "./experiment.ts";
import { Instant, Slug } from "./primitives.ts";
import { NetworkSpec, TrainingSpec } from "./training-spec.ts";

/** `POST /api/reruns`: train an experiment again, with fresh seeds or a changed factor. */
export const RerunRequest = z.strictObject({
  experiment: Slug,
  variants: z.array(Slug).min(1).max(32).optional().describe("default: all of the experiment's"),
  seeds: Plan.shape.seeds.optional().describe("default: the experiment's own"),
  overrides: z
    .strictObject({
      learningRate: TrainingSpec.shape.learningRate.optional(),
      batchSize: TrainingSpec.shape.batchSize.optional(),
      steps: TrainingSpec.shape.steps.optional(),
      width: NetworkSpec.shape.width.optional(),
    })
    .default({}),
  reason: z.string().trim().min(1).max(400).optional(),
});
export type RerunRequest = z.infer<typeof RerunRequest>;

export const Rerun = z.strictObject({
  id: Slug,
  parent: Slug,
  createdAt: Instant,
  url: z.string().describe("where its curves are shown"),
  api: z.string().describe("where its snapshot is read"),
  plan: Plan,
});
export type Rerun = z.infer<typeof Rerun>;
