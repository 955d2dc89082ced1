import { z } from "zod";
import { Slug } from "./primitives.ts";
import { Normalization, PlanSpec, settings } from "./training-spec.ts";

/** A line of a figure: a network trained one way. Its seeds are its runs. */
export const Variant = z.strictObject({
  id: Slug,
  label: z.string().min(1).max(80),
  normalization: Normalization,
  learningRate: settings.learningRate,
});
export type Variant = z.infer<typeof Variant>;

export const ProfileName = z.enum(["pilot", "paper"]);
export type ProfileName = z.infer<typeof ProfileName>;

/** What an experiment trains under one profile. Its hash is part of the experiment's name: a changed plan is a new experiment. */
export const Plan = z.strictObject({
  profile: ProfileName,
  about: z.string().max(400).describe("what this profile is, honestly, in one sentence for the page"),
  variants: z.array(Variant).min(1).max(32),
  seeds: z.array(settings.seed).min(1).max(100),
  shardSteps: z.number().int().min(1),
  spec: PlanSpec,
});
export type Plan = z.infer<typeof Plan>;

/** An experiment as the coordinator holds it: either one of the study's own, or a rerun (then it has a parent). */
export const ExperimentHeader = z.strictObject({
  id: Slug,
  title: z.string(),
  question: z.string(),
  figures: z.array(z.string()),
  parent: Slug.nullable(),
  reason: z.string().max(400).nullable().describe("why the rerun was asked for"),
  plan: Plan,
});
export type ExperimentHeader = z.infer<typeof ExperimentHeader>;
