import { AT_REST, type VolunteerControl, type VolunteerView } from "../../../shared/volunteer/view.ts";
import { recall } from "../volunteer/resume.ts";
import type { Action } from "./phase-words.ts";

/** The page's hold on the volunteer: its code is fetched when the button is pressed (or a reload resumes), never before. */
let control: Promise<VolunteerControl> | null = null;
const listeners = new Set<(view: VolunteerView) => void>();

let view: VolunteerView = AT_REST;

/** Calls `listener` now and at every change. */
export function watchVolunteer(listener: (view: VolunteerView) => void): () => void {
  listeners.add(listener);
  listener(view);
  return () => listeners.delete(listener);
}

/** Does what a button says. */
export async function act(action: Action): Promise<void> {
  if (action === "start" && control === null)
    tell({
      ...view,
      phase: recall()?.isPaused ? { kind: "paused" } : { kind: "preparing", what: "runtime", done: null, total: null },
    });
  try {
    control ??= load();
    (await control)[action]();
  } catch (error) {
    control = null;
    tell({
      ...view,
      phase: {
        kind: "failed",
        message: "The training code could not be loaded.",
        remedy: `Check the connection and try again. (${error instanceof Error ? error.message : String(error)})`,
      },
    });
  }
}

async function load(): Promise<VolunteerControl> {
  const { volunteerControl } = await import("../volunteer/control.ts");
  const loaded = volunteerControl();
  loaded.subscribe(tell);
  return loaded;
}

/** For the development preview of the phases. */
export function tell(next: VolunteerView): void {
  view = next;
  for (const listener of listeners) listener(view);
}
