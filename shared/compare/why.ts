import { type Estimate, LEAST_SEEDS, side, type Verdict } from "./judge.ts";
import type { Question } from "./question.ts";
import { smaller, UNSTATED } from "./size.ts";
import type { Plan } from "../protocol/experiment.ts";

/** Why a number may differ or was not judged, in a few words; nothing where there is nothing to say. @param plan null: not trained yet */
export function whyLevel(verdict: Verdict, ours: Estimate | null, plan: Plan | null, { arms: [{ network }] }: Question): string {
  if (verdict === "no data yet") return noData(plan);
  if (verdict === "agrees" || verdict === "not in the paper" || !plan) return "";
  const few = verdict === "undecided" ? [`${ours?.n ?? 0} of ${LEAST_SEEDS} seeds`] : [];
  return [...few, ...smaller(plan), UNSTATED[network]].join("; ");
}

/** The same for one network against another. */
export function whyOrder(
  verdict: Verdict,
  ours: Estimate | null,
  theirs: number | null,
  plan: Plan | null,
  { agreement, arms: [{ network }] }: Question,
): string {
  if (verdict === "no data yet") return noData(plan);
  if (verdict === "undecided" && ours) {
    if (ours.n >= LEAST_SEEDS) return "the interval holds both orders";
    const order = { "-1": "the other way so far", 0: "not all one way", 1: "as in the paper so far" }[
      side(ours, theirs!, agreement)
    ];
    return `${ours.n} of ${LEAST_SEEDS} pairs of seeds, ${order}`;
  }
  if (verdict === "differs" && plan) return [...smaller(plan), UNSTATED[network]].join("; ");
  return "";
}

const noData = (plan: Plan | null) => (plan ? "no run has come that far" : "not trained yet");
