import type { StudySnapshot } from "../../../shared/protocol/snapshot.ts";
import type { Paper } from "../../../shared/paper/paper.ts";
import { fig1Training } from "./fig1-training.ts";
import type { Figure } from "./figure.ts";

/** Every figure of the report. */
export function figures(snapshot: StudySnapshot | null, paper: Paper): readonly Figure[] {
  return [...fig1Training(snapshot, paper)];
}
