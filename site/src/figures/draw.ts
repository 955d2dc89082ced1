import type { Paper } from "../../../shared/paper/paper.ts";
import type { StudySnapshot } from "../../../shared/protocol/snapshot.ts";
import type { Figure } from "./figure.ts";

/** A figure from the data that there are and the paper's curves; it holds with no data, with some and with all. */
export type DrawFigure = (snapshot: StudySnapshot | null, paper: Paper) => Figure;
