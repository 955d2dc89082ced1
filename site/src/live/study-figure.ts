import type { StudySnapshot } from "../../../shared/protocol/snapshot.ts";
import { type LiveFigureData, liveData } from "../figures/files.ts";
import type { LivePanels } from "./live-panels.ts";

export { LivePanels } from "./live-panels.ts";
export { ownKey } from "./own-words.ts";

/** Draws a figure of the report from a coordinator's snapshot. */
export async function drawLive(panels: LivePanels, id: string, snapshot: StudySnapshot | null): Promise<void> {
  // The paper's curves come with it: only who follows a coordinator needs them.
  const [{ figure }, { paper }] = await Promise.all([import("../figures/index.ts"), import("../data/paper-files.ts")]);
  const drawn = figure(id, snapshot, paper);
  await panels.draw(liveData(drawn), drawn);
}

/** Draws it from the published data, as the build has prepared them. */
export async function drawPublished(panels: LivePanels, id: string): Promise<void> {
  const response = await fetch(`/figures/${id}.live.json`);
  if (response.ok) await panels.draw((await response.json()) as LiveFigureData, null);
}
