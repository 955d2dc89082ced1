import { type Arm, type Claim, isLevel } from "../../../shared/claims/judging/claim.ts";
import { summarize } from "../../../shared/claims/judging/estimand.ts";
import { type Quantity, ratio } from "../../../shared/claims/judging/quantity.ts";
import { mean } from "../../../shared/math/statistics.ts";
import { type Curve, mapCurve, valueAt } from "../../../shared/metrics/curve.ts";
import { type Paper, readPaper } from "../../../shared/paper/paper.ts";
import { paperTexts } from "../paper/curves.ts";

const paper = readPaper(paperTexts);

/** How to read each quantity off the paper's figures, where they show it. */
const READ: Partial<Record<Quantity, (of: Parameters<Paper["curve"]>[0], learningRate: number) => Curve | null>> = {
  "train-accuracy": (of) => paper.curve({ ...of, quantity: "train-accuracy" }),
  "test-accuracy": (of) => paper.curve({ ...of, quantity: "test-accuracy" }),
  "train-loss": (of) => paper.curve({ ...of, quantity: "train-loss" }),
  "shift-l2": (of) => paper.curve({ ...of, quantity: "shift-l2" }),
  "shift-cosine": (of) => paper.curve({ ...of, quantity: "shift-cosine" }),
  "mean-change": (of) => paper.curve({ ...of, quantity: "mean-change" }),
  "loss-ratio": (of) => {
    const band = paper.band({ ...of, quantity: "loss-band" });
    return band && ratio(band);
  },
  "loss-top": (of) => {
    const band = paper.band({ ...of, quantity: "loss-band" });
    return band && { step: band.step, value: band.high };
  },
  "gradient-top": (of) => {
    const band = paper.band({ ...of, quantity: "gradient-band" });
    return band && { step: band.step, value: band.high };
  },
  beta: (of) => paper.curve({ ...of, quantity: "beta" }),
  "beta-in-plateaus": (of, rate) => {
    const beta = paper.curve({ ...of, quantity: "beta" });
    return beta && mapCurve(beta, (value) => (value * rate) / 2);
  },
};

/**
 * The paper's effect, taken of its digitised curves with the claim's own estimand: treatment over control where the scale is logarithmic, treatment minus
 * control elsewhere. Null where a side is not shown.
 */
export function paperEffect(claim: Claim): number | null {
  const treatment = paperNumber(claim, claim.treatment);
  const control = isLevel(claim.control) ? claim.control.level : paperNumber(claim, claim.control);
  if (treatment === null || control === null) return null;
  return claim.estimand.scale === "log" ? treatment / control : treatment - control;
}

function paperNumber({ estimand }: Claim, { experiment, normalization, learningRate }: Arm): number | null {
  const network = experiment.startsWith("deep-linear") ? "deep-linear" : "vgg";
  const [steps, every] = network === "vgg" ? [15_000, estimand.quantity === "test-accuracy" ? 1000 : 100] : [10_000, 50];
  const numbers = (estimand.layers ?? [null]).map((layer) => {
    const curve = READ[estimand.quantity]?.({ network, normalization, learningRate, layer }, learningRate);
    return curve ? summarize(estimand, onGrid(curve, steps, every), steps, "paper") : null;
  });
  return numbers.every((one) => one !== null) ? mean(numbers.map(({ value }) => value)) : null;
}

/** Digitising left out points on straight stretches: the curve at every step that was logged. */
function onGrid(curve: Curve, steps: number, every: number): Curve {
  const last = curve.step.at(-1)!;
  const step = Array.from({ length: steps / every + 1 }, (_, i) => i * every);
  // Ends of the axis were read within 10 steps.
  return { step, value: step.map((at) => valueAt(curve, Math.min(Math.max(at, curve.step[0]!), at > last - 15 ? last : at))) };
}
