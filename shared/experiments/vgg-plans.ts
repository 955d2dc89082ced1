import type { Plan, ProfileName, Variant } from "../protocol/experiment.ts";
import type { Probes } from "../protocol/probes.ts";

/** Layers that the paper's figures show: #5 and #10 (Figure 3), #2, #3, #9, #11, #13 (Figures 1, 2, 7, 14). */
const SHIFT_LAYERS = [5, 10];
const ACTIVATION_LAYERS = [2, 3, 9, 11, 13];

/** The paper's grid is 1/2 to 4 times the learning rate; the finer one asks whether the plateau of beta at 2 / lr is a property of the grid. */
const ALONG = [1 / 64, 1 / 16, 1 / 4, 1 / 2, 1, 2, 4];
const RANDOM = [1, 4];

/** Listed in advance: a sequential test takes them in this order, and needs a dozen pairs for a clear claim. */
const SEEDS = Array.from({ length: 15 }, (_, i) => i + 1);

/** @param every steps between measurements  @param seldom the same for those that fill pages: histograms and theorem terms */
const probes = (every: number, seldom: number): Probes => ({
  landscape: { every, along: ALONG, random: RANDOM },
  shift: { every, layers: SHIFT_LAYERS },
  activations: { every: seldom, layers: ACTIVATION_LAYERS, bins: 40 },
  theorem: { every: seldom },
});

/** The paper's VGG on CIFAR-10 with these variants, at both sizes. */
export function vggPlans(variants: readonly Variant[]): Record<ProfileName, Plan> {
  return {
    pilot: {
      profile: "pilot",
      about: "VGG-16 at an eighth of the channels, 1,000 steps: small enough for a laptop, too small for the paper's numbers.",
      variants: [...variants],
      seeds: SEEDS,
      shardSteps: 200,
      spec: {
        dataset: "cifar-10",
        network: { family: "vgg", depth: 16, width: 1 / 8, head: "linear" },
        weightDecay: 5e-4,
        batchSize: 128,
        steps: 1000,
        recordEvery: 10,
        evaluateEvery: 200,
        probes: probes(50, 50),
      },
    },
    paper: {
      profile: "paper",
      about: "VGG-16 at full width, batch 128, 15,000 steps: the paper's own size.",
      variants: [...variants],
      seeds: SEEDS,
      shardSteps: 250,
      spec: {
        dataset: "cifar-10",
        network: { family: "vgg", depth: 16, width: 1, head: "linear" },
        weightDecay: 5e-4,
        batchSize: 128,
        steps: 15_000,
        recordEvery: 100,
        evaluateEvery: 1000,
        probes: probes(100, 500),
      },
    },
  };
}
