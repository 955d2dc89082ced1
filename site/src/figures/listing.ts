import type { Paper } from "../../../shared/paper/paper.ts";
import type { StudySnapshot } from "../../../shared/protocol/snapshot.ts";
import { profilesOf } from "../data/profiles.ts";
import type { Figure } from "./figure.ts";
import { experimentsIn, figure, figures } from "./index.ts";

/** Every figure by the name of its files; where there are runs of two profiles, once more for each: "fig1a", "fig1a.pilot", "fig1a.paper". */
export const namedFigures = (
  snapshot: StudySnapshot | null,
  paper: Paper,
): readonly { readonly name: string; readonly figure: Figure }[] =>
  figures(snapshot, paper).flatMap((usual) => {
    const profiles = profilesOf(snapshot, experimentsIn(usual));
    const each = profiles.map((profile) => ({
      name: `${usual.id}.${profile}`,
      figure: figure(usual.id, snapshot, paper, profile),
    }));
    return [{ name: usual.id, figure: usual }, ...(profiles.length > 1 ? each : [])];
  });
