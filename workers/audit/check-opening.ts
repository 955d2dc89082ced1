import { OPENING_STEPS } from "../../shared/protocol/audit.ts";
import type { Result } from "../../shared/protocol/result.ts";
import { type Fault, unless } from "../coordinator/fault.ts";

/** A result's opening has a loss for each of its first steps, the same as where the training curve has them. */
export function checkOpening(
  { opening, training, divergedAt }: Result,
  { fromStep, toStep }: { readonly fromStep: number; readonly toStep: number },
): Fault[] {
  const length = Math.min(OPENING_STEPS, (divergedAt === null ? toStep : divergedAt + 1) - fromStep);
  return [
    ...unless(opening.length === length, "opening", `${opening.length} losses`, `those of ${length} steps`),
    ...opening.flatMap((loss, i) => {
      const isLast = divergedAt === fromStep + i;
      return unless(
        (loss === null) === isLast,
        `opening[${i}]`,
        loss,
        isLast ? "null: the run diverged there" : "a finite number",
      );
    }),
    ...opening.flatMap((loss, i) => {
      const row = training.step.indexOf(fromStep + i);
      return row < 0
        ? []
        : unless(training.loss[row] === loss, `opening[${i}]`, loss, `${training.loss[row]}, as training.loss says`);
    }),
  ];
}
