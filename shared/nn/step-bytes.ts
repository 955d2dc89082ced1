import type { Target } from "../graph/emit.ts";
import { peakBytes } from "../graph/peak-bytes.ts";
import type { ProgramSpec } from "./network.ts";
import { trainStep } from "./training.ts";

/** Memory that one training step needs on the device, in bytes, predicted from the network's shapes: what to ask before a shard is taken. */
export const stepBytes = (spec: ProgramSpec, target: Target = "cpu"): number => peakBytes(Object.values(trainStep(spec)), target);
