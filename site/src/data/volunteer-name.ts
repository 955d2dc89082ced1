import type { StudySnapshot } from "../../../shared/protocol/snapshot.ts";

/** Names of before there were keys that a reader would take for somebody else's: nobody who wrote the paper has a part in this. */
const SAID: Readonly<Record<string, string>> = { "the authors' machine": "this report’s own machine" };

/** How a page calls a volunteer: by the name it chose, else by the first 8 digits of its id. Before there were keys a result had a name only. */
export function volunteerName(volunteer: string, names: StudySnapshot["names"] = {}): string {
  return names[volunteer] ?? (/^[0-9a-f]{64}$/.test(volunteer) ? volunteer.slice(0, 8) : (SAID[volunteer] ?? volunteer));
}
