import type { StudySnapshot } from "../../../shared/protocol/snapshot.ts";
import { paper } from "../data/paper-files.ts";
import { figure } from "../figures/index.ts";
import type { LivePanels } from "./live-panels.ts";

export { LivePanels } from "./live-panels.ts";

/** Draws a figure of the report from a snapshot. */
export async function drawStudyFigure(panels: LivePanels, id: string, snapshot: StudySnapshot | null): Promise<void> {
  await panels.draw(figure(id, snapshot, paper));
}
