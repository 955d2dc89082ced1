import type { Paper } from "../../../shared/paper/paper.ts";
import type { StudySnapshot } from "../../../shared/protocol/snapshot.ts";
import { atProfile, usualProfile } from "../data/profiles.ts";
import type { DrawFigure } from "./draw.ts";
import { drawFig1a, drawFig1b, drawFig1c } from "./fig1-training.ts";
import { drawFig2 } from "./fig2-noise.ts";
import { drawFig3, drawFig6 } from "./fig3-shift.ts";
import { drawFig4, drawFig9 } from "./fig4-landscape.ts";
import { drawFig7 } from "./fig7-moments.ts";
import { drawFig8 } from "./fig8-deep-linear-activations.ts";
import { drawFig10 } from "./fig10-step-sizes.ts";
import { drawFig11, drawFig12, drawFig13, drawFig14 } from "./fig11-norms.ts";
import type { Figure } from "./figure.ts";

/** Every figure of the paper but the fifth, which is a diagram; numbers as NeurIPS counts them. */
const drawings: Readonly<Record<string, DrawFigure>> = {
  fig1a: drawFig1a,
  fig1b: drawFig1b,
  fig1c: drawFig1c,
  fig2: drawFig2,
  fig3: drawFig3,
  fig4: drawFig4,
  fig6: drawFig6,
  fig7: drawFig7,
  fig8: drawFig8,
  fig9: drawFig9,
  fig10: drawFig10,
  fig11: drawFig11,
  fig12: drawFig12,
  fig13: drawFig13,
  fig14: drawFig14,
};

export const figureIds = Object.keys(drawings);

/**
 * One figure, of runs at one profile: by default the one that there is more of.
 * @throws RangeError for a name that is none
 */
export function figure(id: string, snapshot: StudySnapshot | null, paper: Paper, profile = usualProfile(snapshot)): Figure {
  const draw = drawings[id];
  if (!draw) throw new RangeError(`figure: got ${id}, want one of ${figureIds.join(", ")}`);
  return draw(atProfile(snapshot, profile), paper);
}

export const figures = (snapshot: StudySnapshot | null, paper: Paper): readonly Figure[] =>
  figureIds.map((id) => figure(id, snapshot, paper));

/** Ids of the experiments whose runs a figure shows. */
export const experimentsIn = ({ groups }: Pick<Figure, "groups">): readonly string[] => [
  ...new Set(groups.flatMap(({ panels }) => panels.flatMap(({ arms = [] }) => arms.map(({ experiment }) => experiment)))),
];
