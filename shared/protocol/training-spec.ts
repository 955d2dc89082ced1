import { z } from "zod";

/** Which neural network: VGG for 32x32 images (Simonyan & Zisserman's A, B, D, E). */
export const NetworkSpec = z.strictObject({
  family: z.literal("vgg"),
  depth: z.union([z.literal(11), z.literal(13), z.literal(16), z.literal(19)]),
  width: z
    .number()
    .min(1 / 64)
    .max(2)
    .describe("channels as a share of the original's 64 to 512"),
  head: z.enum(["linear", "mlp"]).describe("linear: 512-10; mlp: 512-4096-4096-10, both times width"),
});
export type NetworkSpec = z.infer<typeof NetworkSpec>;

export const Normalization = z.enum(["none", "batch"]);
export type Normalization = z.infer<typeof Normalization>;

/**
 * Everything that a volunteer needs to train a run: the same spec gives the same model, the same initial
 * parameters and the same batch at every step, on every device.
 */
export const TrainingSpec = z.strictObject({
  dataset: z.literal("cifar-10"),
  network: NetworkSpec,
  normalization: Normalization,
  learningRate: z.number().positive().max(100),
  weightDecay: z.number().min(0).max(1).describe("L2 on weights only; not on biases, gamma, beta"),
  batchSize: z.number().int().min(2).max(4096),
  steps: z.number().int().min(1).max(1_000_000),
  seed: z.number().int().min(0).max(0xffffffff),
  recordEvery: z.number().int().min(1).describe("steps between recorded training batches"),
  evaluateEvery: z.number().int().min(1).describe("steps between passes over the whole test set"),
});
export type TrainingSpec = z.infer<typeof TrainingSpec>;
