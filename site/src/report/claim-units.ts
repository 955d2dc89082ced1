import type { Claim } from "../../../shared/claims/judging/claim.ts";
import type { Quantity } from "../../../shared/claims/judging/quantity.ts";
import type { Judgement } from "../../../shared/protocol/verdicts.ts";
import { short } from "../words.ts";

/** What a claim's effect is counted in: "0.3×" alone says neither of what, nor of how much. */
export interface ClaimUnit {
  /** Follows the number: "the steps" after a ratio, "points of accuracy" after a difference. */
  readonly words: string;
  /** How many of it make one of the estimand's own. */
  readonly perOne: number;
}

const WORDS: Readonly<Record<Quantity, string>> = {
  "train-accuracy": "points of accuracy",
  "test-accuracy": "points of accuracy",
  "train-loss": "the loss",
  "shift-l2": "the shift",
  "shift-cosine": "in the cosine",
  "mean-change": "the change a step",
  "loss-ratio": "the spread",
  "loss-top": "the greatest loss",
  "gradient-top": "the change",
  beta: "the β",
  "beta-in-plateaus": "2 / learning rate",
  "beta-on-finer-grid": "the β",
};

export function unitOf({ quantity, summary, scale }: Claim["estimand"]): ClaimUnit {
  const isAccuracy = quantity === "train-accuracy" || quantity === "test-accuracy";
  return {
    words: summary.kind === "steps-to" ? "the steps" : WORDS[quantity],
    perOne: isAccuracy && scale === "linear" ? 100 : 1,
  };
}

/** "0.083×", "+46": a treatment's effect in its unit. */
export function effectNumber(scale: Claim["estimand"]["scale"], { perOne }: ClaimUnit, value: number): string {
  return scale === "log" ? `${short(value)}×` : `${value > 0 ? "+" : ""}${short(value * perOne)}`;
}

/** "0.3× the loss [0.201, 0.449]"; without an interval where too few pairs give one. */
export function estimateIn(
  scale: Claim["estimand"]["scale"],
  unit: ClaimUnit,
  { mean, low, high }: NonNullable<Judgement["estimate"]>,
): string {
  const end = (value: number) => effectNumber(scale, unit, value).replace("×", "");
  const interval = low === null || high === null ? "" : ` [${end(low)}, ${end(high)}]`;
  return `${effectNumber(scale, unit, mean)} ${unit.words}${interval}`;
}
