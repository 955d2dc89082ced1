import type { Plan } from "../protocol/experiment.ts";
import { PAPER_STEPS } from "./source.ts";

/** What a plan trains smaller than the paper, in words; empty at the paper's size. Networks that the paper has none of count as smaller. */
export function smaller({ spec: { network, steps } }: Plan): string[] {
  if (network.family === "vgg") {
    return [
      ...(network.width === 1 ? [] : [`${fraction(network.width)} of the channels`]),
      ...(steps === PAPER_STEPS.vgg ? [] : [`${steps.toLocaleString("en")} of 15,000 steps`]),
    ];
  }
  if (network.family === "deep-linear") {
    return [
      ...(network.layers === 25 && network.units === 10
        ? []
        : [`${network.layers} layers of ${network.units} units instead of 25 of 10`]),
      ...(steps === PAPER_STEPS["deep-linear"] ? [] : [`${steps.toLocaleString("en")} of 10,000 steps`]),
    ];
  }
  return [`another network (${network.family})`];
}

/** What may make a number differ even at the paper's size, in a few words. */
export const UNSTATED = { vgg: "depth and head not stated", "deep-linear": "another draw of A" } as const;

const fraction = (width: number) => (Number.isInteger(1 / width) ? `1/${1 / width}` : String(width));
