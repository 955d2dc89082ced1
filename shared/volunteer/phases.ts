import { Failure, Refused } from "./outcomes.ts";
import type { Phase } from "./view.ts";

type Kind = Phase["kind"];

/** Every phase is left for these only; a table, so that it can be read and tested. */
export const transitions: Readonly<Record<Kind, readonly Kind[]>> = {
  stopped: ["preparing", "failed", "elsewhere"],
  preparing: ["preparing", "training", "evaluating", "measuring", "handing-in", "paused", "waiting", "stopped", "failed"],
  training: ["evaluating", "measuring", "handing-in", "preparing", "paused", "waiting", "stopped", "failed"],
  evaluating: ["evaluating", "measuring", "training", "handing-in", "preparing", "paused", "waiting", "stopped", "failed"],
  measuring: ["measuring", "training", "evaluating", "handing-in", "preparing", "paused", "waiting", "stopped", "failed"],
  "handing-in": ["preparing", "waiting", "paused", "stopped", "failed"],
  paused: ["training", "evaluating", "measuring", "preparing", "handing-in", "waiting", "stopped", "failed"],
  waiting: ["waiting", "preparing", "handing-in", "paused", "stopped", "failed"],
  elsewhere: ["preparing", "stopped", "failed"],
  failed: ["preparing", "stopped"],
};

/** @throws Error naming both phases when the table does not have the transition: a bug */
export function assertTransition(from: Kind, to: Kind): void {
  if (!transitions[from].includes(to))
    throw new Error(`volunteer: got phase ${to} after ${from}, want one of ${transitions[from].join(", ")}`);
}

/** The phase in which the loop ends when only a person can mend it. */
export function failedPhase(error: unknown): Phase {
  const reload = "Reload the page and press start again.";
  if (error instanceof Failure) return { kind: "failed", message: error.message, remedy: error.remedy };
  if (error instanceof Refused) return { kind: "failed", message: error.message, remedy: error.problem.remedy ?? reload };
  const said = error instanceof Error ? error.message : String(error);
  return { kind: "failed", message: `Something unforeseen happened: ${said}`, remedy: reload };
}
