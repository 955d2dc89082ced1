import type { Provider } from "../../protocol/lease.ts";
import type { TrainingSpec } from "../../protocol/training-spec.ts";

/** A training whose outcome is known: so few steps that honest devices agree to a millionth. */
export interface CalibrationCase {
  readonly id: string;
  readonly spec: TrainingSpec;
}

const SEED = 20180529; // The paper's first version on arXiv.
const STEPS = 5;

const vgg = (normalization: TrainingSpec["normalization"]): TrainingSpec => ({
  dataset: "cifar-10",
  network: { family: "vgg", depth: 11, width: 1 / 16, head: "linear" },
  normalization,
  learningRate: 0.1,
  weightDecay: 5e-4,
  batchSize: 8,
  seed: SEED,
  steps: STEPS,
  recordEvery: 1,
  evaluateEvery: null,
});

/** Convolutions, pools and both arms of the study in float32, on images of noise; and float64. */
export const CALIBRATION_CASES: readonly CalibrationCase[] = [
  { id: "vgg-11 none", spec: vgg("none") },
  { id: "vgg-11 batch", spec: vgg("batch") },
  {
    id: "deep-linear batch",
    spec: {
      ...vgg("batch"),
      ...{ dataset: "linear-map", network: { family: "deep-linear", layers: 5, units: 10 } },
      ...{ learningRate: 1e-4, weightDecay: 0, batchSize: 64 },
    },
  },
];

/** Those that a provider can train: WebGPU has no float64. */
export const casesFor = (provider: Provider): readonly CalibrationCase[] =>
  CALIBRATION_CASES.filter(({ spec }) => provider !== "webgpu" || spec.network.family !== "deep-linear");
