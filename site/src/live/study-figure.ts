import type { ProfileName } from "../../../shared/protocol/experiment.ts";
import type { StudySnapshot } from "../../../shared/protocol/snapshot.ts";
import { type LiveFigureData, liveData } from "../figures/files.ts";
import type { LivePanels } from "./live-panels.ts";

export { LivePanels } from "./live-panels.ts";
export { ownKey } from "./own-words.ts";

/** Draws a figure of the report from a coordinator's snapshot. @param profile null: the usual one */
export async function drawLive(
  panels: LivePanels,
  id: string,
  snapshot: StudySnapshot | null,
  profile: ProfileName | null,
): Promise<void> {
  // The paper's curves come with it: only who follows a coordinator needs them.
  const [{ figure }, { paper }] = await Promise.all([import("../figures/index.ts"), import("../data/paper-files.ts")]);
  const drawn = figure(id, snapshot, paper, profile ?? undefined);
  await panels.draw(liveData(drawn), drawn);
}

/** Draws it from the published data, as the build has prepared them. @param name of the figure's files */
export async function drawPublished(panels: LivePanels, name: string): Promise<void> {
  const response = await fetch(`/figures/${name}.live.json`);
  if (response.ok) await panels.draw((await response.json()) as LiveFigureData, null);
}
