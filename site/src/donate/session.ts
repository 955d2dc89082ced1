import { AT_REST, type VolunteerView } from "../../../shared/volunteer/view.ts";
import type { BrowserVolunteer } from "../volunteer/control.ts";
import { recall } from "../volunteer/resume.ts";
import type { Action } from "./phase-words.ts";

/** The page's hold on the volunteer: its code is fetched when the button is pressed (or a reload resumes), never before. */
let control: Promise<BrowserVolunteer> | null = null;
let isWatched = false;
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
      phase: recall()?.isPaused
        ? { kind: "paused", because: null }
        : { kind: "preparing", what: "runtime", done: null, total: null },
    });
  try {
    control ??= load();
    perform(await control, action);
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

function perform(volunteer: BrowserVolunteer, action: Action): void {
  switch (action) {
    case "finish":
    case "go-on":
      return volunteer.finish(action === "finish");
    case "take-over":
      return volunteer.takeOver();
    case "start":
    case "pause":
    case "resume":
    case "stop":
      return volunteer[action]();
  }
}

/** Somebody sees the panel, or nobody does: the network is asked about example images only for somebody. */
export function lookAt(isLooking: boolean): void {
  isWatched = isLooking;
  void control?.then((volunteer) => volunteer.watch(isLooking)).catch(() => undefined);
}

async function load(): Promise<BrowserVolunteer> {
  const [{ volunteerControl }, { keepOwnId }] = await Promise.all([
    import("../volunteer/control.ts"),
    import("../volunteer/own-id.ts"),
  ]);
  const loaded = volunteerControl();
  loaded.subscribe(tell);
  loaded.subscribe(keepOwnId);
  loaded.watch(isWatched);
  return loaded;
}

/** For the development preview of the phases. */
export function tell(next: VolunteerView): void {
  view = next;
  for (const listener of listeners) listener(view);
}
