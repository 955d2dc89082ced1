import { explainIssues } from "../../shared/protocol/explain.ts";
import { StudySnapshot } from "../../shared/protocol/snapshot.ts";

/**
 * @param from where it came from, for the error
 * @throws Error with the first complaints and the remedy
 */
export function parseSnapshot(value: unknown, from: string): StudySnapshot {
  const parsed = StudySnapshot.safeParse(value);
  if (parsed.success) return parsed.data;
  const [first, ...others] = explainIssues(parsed.error.issues, value);
  const more = others.length > 0 ? " (and others)" : "";
  throw new Error(
    `${from} is no snapshot of this version: ${first?.path}: ${first?.message}${more}. Take another with npm run snapshot or npm run fleet.`,
  );
}
