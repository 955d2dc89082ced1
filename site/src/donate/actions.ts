import { shouldResume } from "../volunteer/resume.ts";
import type { Action } from "./phase-words.ts";
import { act } from "./session.ts";

/** Every element with `data-action` is a button of the volunteer, wherever it stands. */
document.addEventListener("click", (event) => {
  const button = (event.target as Element).closest<HTMLElement>("[data-action]");
  const action = button?.dataset.action;
  if (isAction(action)) void act(action);
});

const ACTIONS: readonly string[] = ["start", "pause", "resume", "stop", "finish", "go-on", "take-over"] satisfies Action[];

function isAction(name: string | undefined): name is Action {
  return name !== undefined && ACTIONS.includes(name);
}

if (shouldResume()) void act("start");

// In development, /donate?phase=training shows a phase without training; the branch is not in the built site.
if (import.meta.env.DEV) void import("./phase-preview.ts").then(({ previewPhase }) => previewPhase());
