import { z } from "zod";
import { Probes } from "./probes.ts";

/** VGG for 32x32 images (Simonyan & Zisserman's A, B, D, E). */
const Vgg = z.strictObject({
  family: z.literal("vgg"),
  depth: z.union([z.literal(11), z.literal(13), z.literal(16), z.literal(19)]),
  width: z
    .number()
    .min(1 / 64)
    .max(2)
    .describe("channels as a share of the original's 64 to 512"),
  head: z.enum(["linear", "mlp"]).describe("linear: 512-10; mlp: 512-4096-4096-10, both times width"),
});

/** The paper's deep linear network: square layers, no biases, no non-linearity. */
const DeepLinear = z.strictObject({
  family: z.literal("deep-linear"),
  layers: z.number().int().min(2).max(100),
  units: z.number().int().min(1).max(1000),
});

const Mlp = z.strictObject({
  family: z.literal("mlp"),
  depth: z.number().int().min(1).max(100),
  units: z.number().int().min(1).max(4096),
  activation: z.enum(["relu", "linear"]),
});

/** ResNet for 32x32 images (He et al. 2016), or without its skips the plain network it is compared with. */
const Resnet = z.strictObject({
  family: z.literal("resnet"),
  depth: z.union([z.literal(20), z.literal(32), z.literal(56)]),
  width: z
    .number()
    .min(1 / 16)
    .max(4)
    .describe("channels as a share of the original's 16 to 64"),
  skips: z.boolean(),
});

/** Which neural network. */
export const NetworkSpec = z.discriminatedUnion("family", [Vgg, DeepLinear, Mlp, Resnet]);
export type NetworkSpec = z.infer<typeof NetworkSpec>;

/** What stands between a layer and its non-linearity. `noise` is Algorithm 1's noise without BatchNorm, `noisy-batch` with it. */
export const Normalization = z.enum([
  "none",
  "batch",
  "noisy-batch",
  "noise",
  "l1",
  "l2",
  "linf",
  "layer",
  "group",
  "instance",
  "weight",
]);
export type Normalization = z.infer<typeof Normalization>;

/**
 * What is learned: `cifar-10`, or `linear-map`: x to A x, where x is Gaussian and A has independent entries of variance 1/3, both drawn
 * from the run's seed, as many samples as the batch holds.
 */
export const DatasetName = z.enum(["cifar-10", "linear-map"]);
export type DatasetName = z.infer<typeof DatasetName>;

const Fields = z.strictObject({
  dataset: DatasetName,
  network: NetworkSpec,
  normalization: Normalization,
  learningRate: z.number().positive().max(100),
  weightDecay: z.number().min(0).max(1).describe("L2 on weights only; not on biases, gamma, beta"),
  batchSize: z.number().int().min(2).max(4096),
  steps: z.number().int().min(1).max(1_000_000),
  seed: z.number().int().min(0).max(0xffffffff),
  recordEvery: z.number().int().min(1).describe("steps between recorded training batches"),
  evaluateEvery: z.number().int().min(1).nullable().describe("steps between passes over the whole test set; null: there is none"),
  probes: Probes.optional().describe("what is measured on the way; it never changes what is trained"),
});

const fits = ({ dataset, network }: { dataset: DatasetName; network: NetworkSpec }) =>
  (dataset === "linear-map") === (network.family === "deep-linear");
const MISFIT = { path: ["dataset"], error: "want linear-map for a deep-linear network, and cifar-10 for the others" };

/**
 * Everything that a volunteer needs to train a run: the same spec gives the same model, the same initial
 * parameters and the same batch at every step, on every device.
 */
export const TrainingSpec = Fields.refine(fits, MISFIT);
export type TrainingSpec = z.infer<typeof TrainingSpec>;

/** What all runs of a plan have in common. */
export const PlanSpec = Fields.omit({ normalization: true, learningRate: true, seed: true }).refine(fits, MISFIT);
export type PlanSpec = z.infer<typeof PlanSpec>;

/** Single settings, for whoever asks for one of them. */
export const settings = { ...Fields.shape, width: Vgg.shape.width };

/** Whether there are right answers to count. */
export const hasClasses = ({ dataset }: { readonly dataset: DatasetName }): boolean => dataset === "cifar-10";
