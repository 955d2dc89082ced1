import type { Plan } from "../protocol/experiment.ts";
import type { Experiment } from "./experiment.ts";
import { normalizationVariant } from "./variant.ts";

const variants = [
  normalizationVariant("none", 0.1),
  normalizationVariant("batch", 0.1),
  normalizationVariant("none", 0.5),
  normalizationVariant("batch", 0.5),
];

const pilot: Plan = {
  profile: "pilot",
  about: "VGG-16 at an eighth of the channels, 1,000 steps: small enough for a laptop, too small for the paper's numbers.",
  variants,
  seeds: [1, 2, 3, 4, 5],
  shardSteps: 200,
  spec: {
    dataset: "cifar-10",
    network: { family: "vgg", depth: 16, width: 1 / 8, head: "linear" },
    weightDecay: 5e-4,
    batchSize: 128,
    steps: 1000,
    recordEvery: 10,
    evaluateEvery: 200,
  },
};

const paper: Plan = {
  profile: "paper",
  about: "VGG-16 at full width, batch 128, 15,000 steps: the paper's own size.",
  variants,
  seeds: [1, 2, 3, 4, 5],
  shardSteps: 250,
  spec: {
    dataset: "cifar-10",
    network: { family: "vgg", depth: 16, width: 1, head: "linear" },
    weightDecay: 5e-4,
    batchSize: 128,
    steps: 15_000,
    recordEvery: 100,
    evaluateEvery: 1000,
  },
};

/** Figure 1 (a, b): does BatchNorm help, and does it bear a larger learning rate? */
export const training: Experiment = {
  id: "training",
  title: "Training with and without BatchNorm",
  question: "Does BatchNorm train faster and bear a larger learning rate?",
  figures: ["1a", "1b"],
  plans: { pilot, paper },
};
