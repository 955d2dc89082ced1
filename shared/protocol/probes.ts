import { z } from "zod";

/** "Layer #k" of the paper: the k-th weight layer, from 1. */
const Layer = z.number().int().min(1).max(200);
const Layers = z.array(Layer).min(1).max(16);
const Every = z.number().int().min(1).describe("steps between measurements, from step 0 on");
const Multiples = z.array(z.number().positive().max(1e6)).max(32).describe("step sizes, as multiples of the learning rate");

/**
 * What is measured while a run is trained, always on the batch of the step and in training mode, before its update; nothing of the run changes.
 * What the columns of each measurement are called stands in `measurements.ts`.
 */
export const Probes = z.strictObject({
  landscape: z
    .strictObject({ every: Every, along: Multiples.min(1), random: Multiples })
    .optional()
    .describe("section 3.2: loss and gradient along the gradient, and along random directions of its length in every variable"),
  shift: z
    .strictObject({ every: Every, layers: Layers })
    .optional()
    .describe("Definition 2.1: a layer's gradient before and after the preceding layers' update"),
  activations: z
    .strictObject({ every: Every, layers: Layers, bins: z.number().int().min(2).max(128) })
    .optional()
    .describe("histogram and moments of a layer's activations, and how far a step moves them"),
  theorem: z
    .strictObject({ every: Every })
    .optional()
    .describe("Theorem 4.1: sizes of the terms that BatchNorm subtracts (only where there is BatchNorm)"),
});
export type Probes = z.infer<typeof Probes>;

export const PROBE_NAMES = ["landscape", "shift", "activations", "theorem"] as const;
export type ProbeName = (typeof PROBE_NAMES)[number];
