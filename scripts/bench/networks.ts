import type { ProgramSpec } from "../../shared/nn/training.ts";
import type { NetworkWork } from "./contestant.ts";

const CORE: readonly [11 | 16, number][] = [
  [11, 1 / 8],
  [16, 1 / 8],
];
const LARGER: readonly [11 | 16, number][] = [
  [11, 1 / 4],
  [11, 1 / 2],
  [16, 1],
];

/** The networks of the table, smallest first. `full` adds those that take minutes. */
export function networks(full: boolean): Omit<NetworkWork, "batchSize">[] {
  return [...CORE, ...(full ? LARGER : [])].flatMap(([depth, width]) =>
    (["batch", "none"] as const).map((normalization) => ({ kind: "step" as const, depth, width, normalization })),
  );
}

/** The same network as the study's. */
export const programSpec = ({ depth, width, normalization, batchSize }: NetworkWork): ProgramSpec => ({
  network: { family: "vgg", depth, width, head: "linear" },
  normalization,
  batchSize,
});

/** Channels of each convolution, block by block: what the other frameworks build the same network from. */
export function blocks({ depth, width }: NetworkWork): number[][] {
  const repeats = depth === 11 ? [1, 1, 2, 2, 2] : [2, 2, 3, 3, 3];
  return [64, 128, 256, 512, 512].map((channels, i) =>
    new Array<number>(repeats[i]!).fill(Math.max(1, Math.round(channels * width))),
  );
}
