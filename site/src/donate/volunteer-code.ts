import type { VolunteerControl } from "../../../shared/volunteer/view.ts";

const control = import.meta.glob<{ volunteerControl(): VolunteerControl }>("../volunteer/control.ts");
const resume = import.meta.glob<{ shouldResume(): boolean }>("../volunteer/resume.ts", { eager: true });

/** The volunteer's code, fetched only when it is called for. */
export async function loadVolunteer(): Promise<VolunteerControl> {
  const load = control["../volunteer/control.ts"];
  if (!load) throw new Error("this build has no training code");
  return (await load()).volunteerControl();
}

/** Whether this tab was training before it was reloaded. */
export const shouldResume = (): boolean => resume["../volunteer/resume.ts"]?.shouldResume() ?? false;
