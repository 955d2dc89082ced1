import { z } from "zod";
import { Plan } from "./experiment.ts";
import { Instant, Slug } from "./primitives.ts";
import { settings } from "./training-spec.ts";

const distinct = (values: readonly unknown[]) => new Set(values).size === values.length;

/** `POST /api/reruns`: train an experiment again, with fresh seeds or a changed factor. */
export const RerunRequest = z.strictObject({
  experiment: Slug,
  variants: z
    .array(Slug)
    .min(1)
    .max(32)
    .refine(distinct, "want each variant once")
    .optional()
    .describe("default: all of the experiment's"),
  seeds: Plan.shape.seeds.refine(distinct, "want each seed once").optional().describe("default: the experiment's own"),
  overrides: z
    .strictObject({
      learningRate: settings.learningRate.optional(),
      batchSize: settings.batchSize.optional(),
      steps: settings.steps.optional(),
      width: settings.width.optional(),
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

/** `GET /api/reruns` */
export const RerunList = z.strictObject({ reruns: z.array(Rerun) });
export type RerunList = z.infer<typeof RerunList>;
