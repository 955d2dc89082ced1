import { AT_REST, type Phase, type VolunteerView } from "../../../shared/volunteer/view.ts";
import { tell } from "./session.ts";

/** Development only: shows the phase that `?phase=` names with made-up numbers, so that each can be looked at. */
export function previewPhase(): void {
  const name = new URLSearchParams(location.search).get("phase");
  const phase = name === null ? undefined : phases[name];
  if (phase) tell({ ...example, ...changed[name ?? ""], phase });
}

const phases: Readonly<Record<string, Phase>> = {
  stopped: { kind: "stopped" },
  runtime: { kind: "preparing", what: "runtime", done: null, total: null },
  dataset: { kind: "preparing", what: "dataset", done: 61_400_000, total: 184_380_000 },
  model: { kind: "preparing", what: "model", done: null, total: null },
  training: { kind: "training" },
  evaluating: { kind: "evaluating", done: 6144, total: 10_000 },
  measuring: { kind: "measuring", done: 7, total: 15 },
  "handing-in": { kind: "handing-in" },
  paused: { kind: "paused", because: null },
  held: { kind: "paused", because: "This device runs on battery, and you asked to train only when it is plugged in." },
  finishing: { kind: "training" },
  lost: { kind: "preparing", what: "runtime", done: 2_100_000, total: 4_136_084 },
  elsewhere: { kind: "elsewhere" },
  waiting: {
    kind: "waiting",
    reason: "Every open shard is in somebody's hands. A new one comes free when one is handed in.",
    until: Date.now() + 47_000,
  },
  failed: {
    kind: "failed",
    message: "This tab's code is older than the coordinator's.",
    remedy: "Reload the page to get the new one; your checkpoint is kept.",
  },
};

/** What such a phase changes besides. */
const changed: Readonly<Record<string, Partial<VolunteerView>>> = {
  stopped: { shard: null, examples: null },
  runtime: { shard: null, examples: null },
  dataset: { shard: null, examples: null },
  elsewhere: { shard: null, examples: null },
  failed: { shard: null, examples: null },
  waiting: { shard: null, examples: null },
  lost: { shard: null, examples: null, losses: 1 },
  finishing: { isLastShard: true },
};

const curve = Array.from({ length: 15 }, (_, index) => ({
  step: 400 + index * 10,
  loss: 1.62 - 0.018 * index + 0.09 * Math.sin(index * 2.1),
  accuracy: 0.41 + 0.007 * index + 0.035 * Math.cos(index * 1.7),
}));

const example: VolunteerView = {
  ...AT_REST,
  device: {
    provider: "webgpu",
    adapter: "apple metal-3",
    threads: 1,
    runtime: "onnxruntime-web 1.30.0",
    platform: "Chromium 156, macOS",
  },
  deviceReason: "Your GPU offers WebGPU, so it does the training; the processor only feeds it.",
  shard: {
    experiment: "training-pilot-00000000",
    experimentTitle: "Training with and without BatchNorm",
    variant: "batchnorm-lr0.1",
    variantLabel: "BatchNorm, learning rate 0.1",
    seed: 3,
    audit: null,
    serves: [
      {
        claim: "C1",
        sentence: "BatchNorm trains VGG in fewer steps",
        remaining: 9,
        fewest: 6,
      },
    ],
    shard: "batchnorm-lr0.1.s3.k2",
    fromStep: 400,
    toStep: 600,
    steps: 1000,
    batchSize: 128,
    flopsPerStep: 1.85e9,
    step: 546,
    loss: 1.382,
    accuracy: 0.5156,
    stepsPerSecond: 3.41,
    secondsLeft: 16,
    curve,
  },
  examples: {
    step: 541,
    tookMs: 11,
    images: Array.from({ length: 10 }, (_, label) => ({
      label,
      pixels: Uint8Array.from({ length: 3072 }, (_byte, at) => (at * (label + 1)) % 256),
      probabilities: Array.from({ length: 10 }, (_share, of) => (of === (label % 3 === 1 ? 9 - label : label) ? 0.64 : 0.04)),
    })),
  },
  contribution: { shards: 7, steps: 1400, trainMs: 512_000 },
  notes: [
    { at: Date.now() - 190_000, text: "Chunk train-3.bin was damaged in the cache and was fetched again." },
    { at: Date.now() - 31_000, text: "Shard 400–600 of seed 3 leased." },
  ],
};
