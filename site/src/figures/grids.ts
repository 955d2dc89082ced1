import type { Plan } from "../../../shared/protocol/experiment.ts";
import type { NetworkName } from "./arms.ts";

/** Step sizes of the paper's landscape figures, as multiples of the learning rate. */
export const PAPER_GRID: Readonly<Record<NetworkName, readonly number[]>> = {
  vgg: [1 / 2, 1, 2, 4],
  "deep-linear": [0.01, 0.1, 1, 10, 31.6],
};

/** All step sizes that a plan measures along the gradient. */
export const fineGrid = ({ spec }: Plan): readonly number[] => spec.probes?.landscape?.along ?? [];
