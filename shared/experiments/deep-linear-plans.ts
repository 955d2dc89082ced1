import type { Plan, ProfileName, Variant } from "../protocol/experiment.ts";

/** Listed in advance; cheap enough for more of them than VGG has. */
const SEEDS = Array.from({ length: 20 }, (_, i) => i + 1);

/** The paper's deep linear network at its full size under either profile: 25 layers of 10 units, full batch of 1,000 samples, float64. */
export function deepLinearPlans(variants: readonly Variant[]): Record<ProfileName, Plan> {
  const plan = (profile: ProfileName): Plan => ({
    profile,
    about: "The paper's own size: 25 square layers of 10 units, all 1,000 samples in every step, 10,000 steps, float64.",
    variants: [...variants],
    seeds: SEEDS,
    shardSteps: 2500,
    spec: {
      dataset: "linear-map",
      network: { family: "deep-linear", layers: 25, units: 10 },
      weightDecay: 0,
      batchSize: 1000,
      steps: 10_000,
      recordEvery: 50,
      evaluateEvery: null,
      probes: {
        // The paper's grid is 1/100 to 10^1.5 times the learning rate; the others are the finer one.
        landscape: { every: 100, along: [0.01, 1 / 64, 0.1, 1 / 4, 1, 10, 31.6], random: [0.1, 1, 10] },
        shift: { every: 100, layers: [9, 17] },
        activations: { every: 500, layers: [1, 9, 11, 17, 24], bins: 40 },
        theorem: { every: 1000 },
      },
    },
  });
  return { pilot: plan("pilot"), paper: plan("paper") };
}
