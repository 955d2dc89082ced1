import { expect, test } from "vitest";
import { describe as line } from "../../../scripts/volunteer/progress.ts";
import { AT_REST, type Phase, type VolunteerView } from "../../../shared/volunteer/view.ts";

const view = (phase: Phase): VolunteerView => ({
  ...AT_REST,
  phase,
  device: { provider: "cpu", adapter: null, threads: 2, runtime: "onnxruntime-node", platform: "Node" },
  deviceReason: null,
  shard: {
    experiment: "training",
    experimentTitle: "Training",
    variant: "batchnorm-lr0.1",
    variantLabel: "BatchNorm, learning rate 0.1",
    seed: 3,
    serves: [],
    audit: null,
    shard: "batchnorm-lr0.1.s3.k2",
    fromStep: 400,
    toStep: 600,
    steps: 1000,
    batchSize: 128,
    flopsPerStep: 2e9,
    step: 450,
    loss: 1.25,
    accuracy: 0.5,
    stepsPerSecond: 0.5,
    secondsLeft: 300,
    curve: [],
  },
  contribution: { shards: 0, steps: 0, trainMs: 0 },
  notes: [],
});

test.each([
  [
    { kind: "preparing", what: "dataset", done: 46e6, total: 184e6 },
    "Reading CIFAR-10 (fetched once, then kept), 46 of 184 MB ...",
  ],
  [{ kind: "preparing", what: "checkpoint", done: null, total: null }, "Fetching a shard ..."],
  [
    { kind: "training" },
    "BatchNorm, learning rate 0.1, seed 3 | step 450 (shard 400 to 600 of 1000) | loss 1.250 | batch accuracy 50% | 0.500 steps/s on cpu | shard done in 5 min 0 s",
  ],
  [{ kind: "evaluating", done: 128, total: 10_000 }, "BatchNorm, learning rate 0.1, seed 3 | testing: 128 of 10000 images"],
  [{ kind: "waiting", reason: "No shard is free.", until: 4_500 }, "No shard is free. Trying again in 5 s."],
  [{ kind: "failed", message: "The disk is full.", remedy: "Free some space." }, "The disk is full. Free some space."],
] satisfies [Phase, string][])("the command line's words for %j", (phase, words) => {
  expect(line(view(phase), 0)).toBe(words);
});
