import type { LeasedAudit } from "../protocol/lease.ts";

/** Where in a run: "steps 400 to 405", or of a test "the state after step 400". */
export const stepsWords = (fromStep: number, toStep: number): string =>
  fromStep === toStep ? `the state after step ${fromStep}` : `steps ${fromStep} to ${toStep}`;

/** What a volunteer does who checks somebody else's work, why, how long it takes and whom it serves. */
export function auditWords(
  { kind, because }: LeasedAudit,
  { fromStep, toStep }: { readonly fromStep: number; readonly toStep: number },
): { readonly title: string; readonly why: string } {
  const where = stepsWords(fromStep, toStep);
  const serves = "It serves every claim that stands on this run, and moves no curve.";
  if (kind === "opening")
    return {
      title: "Computing first steps in advance",
      why: `The first losses of ${where}, before anybody trains them, so that whoever makes losses up is found at once. ${serves}`,
    };
  const again = kind === "evaluation" ? `${capital(where)} is tested again` : `${capital(where)} are trained again`;
  const took = kind === "evaluation" ? "as long as one test" : "seconds rather than minutes";
  return {
    title: "Checking another volunteer’s steps",
    why: `${again}, ${REASONS[because ?? "drawn"]}: a result counts for more when somebody else comes to it. It takes ${took}. ${serves}`,
  };
}

const REASONS = {
  drawn: "because chance drew them",
  suspect: "because their first losses were not the known ones",
  diverged: "because the run is said to end there, with a loss that is no number",
} as const;

const capital = (words: string): string => words.charAt(0).toUpperCase() + words.slice(1);
