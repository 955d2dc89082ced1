import { normalizationLabel } from "../../experiments/variant.ts";
import { type Arm, type Claim, isLevel } from "./claim.ts";
import type { DecidedKind } from "./decide.ts";
import type { Estimate, Judgement, Verdict } from "./judge.ts";
import { MOST_PAIRS } from "./family.ts";

export const VERDICT_WORDS: Readonly<Record<Verdict, string>> = {
  supported: "supported",
  "weaker-than-reported": "weaker than reported",
  refuted: "refuted",
  undecided: "undecided",
};

/** "0.32x [0.21, 0.47]", "+0.87 [+0.8, +0.94]"; without an interval where too few pairs give one. */
export function estimateWords({ as, mean, low, high }: Estimate): string {
  const number = as === "ratio" ? plain : signed;
  const interval = low === null || high === null ? "" : ` [${number(low)}, ${number(high)}]`;
  return `${number(mean)}${as === "ratio" ? "x" : ""}${interval}`;
}

/** A claim's effect as the paper has it: "figure 0.45x, text 0.01x"; an empty text where it gives none. */
export function effectWords({ effect, estimand }: Claim): string {
  const number = (value: number) => (estimand.scale === "log" ? `${plain(value)}x` : signed(value));
  const parts = [
    effect.figure === null ? null : `figure ${number(effect.figure)}`,
    effect.text === null ? null : `text ${number(effect.text)}`,
  ];
  return parts.filter((part) => part !== null).join(", ");
}

/** A verdict with what it rests on, or what is missing, in one sentence without a full stop. */
export function verdictWords(judgement: Judgement): string {
  const { verdict, why, n, decidedAt, soFar, remaining, fewest, planned, trust } = judgement;
  if (verdict !== "undecided")
    return `${VERDICT_WORDS[verdict]}${sizeWords(judgement)} after ${plural(decidedAt ?? n, "pair")} (so far ${winsWords(judgement)})`;
  switch (why) {
    case "more-volunteers":
      return `${soFarWords(soFar!.kind)}${sizeWords(judgement)} after ${plural(soFar!.n, "pair")} (so far ${winsWords(judgement)}), which is no verdict yet: ${trust.doubts.join("; ")}`;
    case "no-pairs":
      return `undecided: no pair is finished, ${plural(fewest, "pair")} are needed at least`;
    case "no-number":
      return "undecided: these runs were not measured so";
    case "unpaired":
      return "undecided: the two arms' plans train different things, so their runs are no pairs";
    case "cap":
      return `undecided at the cap of ${plural(MOST_PAIRS, "pair")}`;
    case "more-pairs":
    case null: {
      const rest =
        remaining === null
          ? `more than the cap of ${MOST_PAIRS} pairs allows would settle it`
          : `about ${remaining} more would settle it`;
      const spent = n + fewest > planned ? `; only ${plural(planned, "seed")} are listed` : "";
      return `undecided after ${plural(n, "pair")}: at the present estimate ${rest}, ${fewest} at least${spent}`;
    }
  }
}

/** "supported so far": what the test has decided before it counts as a verdict. */
const soFarWords = (kind: DecidedKind): string => `${VERDICT_WORDS[kind]} so far`;

const sizeWords = ({ isPaperSize }: Judgement) => (isPaperSize ? "" : " at the pilot's size");
const winsWords = ({ wins, n }: Judgement) => (wins === null ? plural(n, "pair") : `${wins} of ${plural(n, "pair")}`);

/** When a claim is supported, and when refuted: "supported when the first is lower in nearly every pair." */
export function ruleWords({ rule, estimand }: Claim): string {
  const isRatio = estimand.scale === "log";
  switch (rule.kind) {
    case "directional":
      return `supported when the first is ${rule.favours} in nearly every pair.`;
    case "denial":
      return `a denial: refuted when the first is ${rule.denies} in nearly every pair, supported when it is so in half of them or fewer.`;
    case "equivalence":
      return isRatio
        ? `equivalence: supported when the ratio's interval lies between ${+(1 / rule.margin).toFixed(2)} and ${rule.margin}, refuted when it lies outside.`
        : `equivalence: supported when the difference's interval lies within ±${rule.margin}, refuted when it lies outside.`;
  }
}

/** "BatchNorm at learning rate 0.1 against Standard". */
export function comparisonWords({ treatment, control }: Claim): string {
  const one = ({ experiment, normalization, learningRate }: Arm, withNetwork: boolean) =>
    `${withNetwork ? (experiment.startsWith("deep-linear") ? "deep linear network, " : "VGG, ") : ""}${normalizationLabel(normalization)} at ${plain(learningRate)}`;
  return isLevel(control)
    ? `${one(treatment, true)} against ${control.level}`
    : `${one(treatment, true)} against ${one(control, false)}`;
}

const plural = (count: number, word: string) => `${count} ${word}${count === 1 ? "" : "s"}`;

/** Three significant digits, in powers of ten only where they are shorter. */
function plain(value: number): string {
  const size = Math.abs(value);
  return size !== 0 && (size >= 1e5 || size < 1e-3) ? value.toExponential(1).replace(".0e", "e") : `${+value.toPrecision(3)}`;
}

const signed = (value: number) => `${value < 0 ? "−" : "+"}${plain(Math.abs(value))}`;
