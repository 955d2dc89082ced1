import { readFileSync } from "node:fs";
import { StudySnapshot } from "../../../shared/protocol/snapshot.ts";

const committed = import.meta.glob<unknown>("./snapshot.json", { import: "default", eager: true });

/**
 * The snapshot that the static report is built from: the committed one, or the file named by STUDY_SNAPSHOT; null where there is none.
 * @throws ZodError with the path of what does not fit
 */
export function snapshotFile(): StudySnapshot | null {
  const named = process.env.STUDY_SNAPSHOT;
  const raw: unknown = named ? JSON.parse(readFileSync(named, "utf8")) : committed["./snapshot.json"];
  return raw === undefined ? null : StudySnapshot.parse(raw);
}
