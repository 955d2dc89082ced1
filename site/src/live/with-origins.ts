import type { TopLevelSpec } from "vega-lite";
import type { StudySnapshot } from "../../../shared/protocol/snapshot.ts";
import type { Panel } from "../figures/figure.ts";
import { originsAt, originWords } from "../report/origins.ts";

interface Row {
  readonly series: string;
  readonly step: number;
}

/** A panel's chart whose points know who trained them, for the pointer to say. */
export function withOrigins({ spec, arms = [] }: Panel, snapshot: StudySnapshot | null): TopLevelSpec {
  const { datasets, ...chart } = spec as unknown as { datasets?: { middle?: readonly Row[] } };
  if (!datasets?.middle || arms.length === 0) return spec;
  const middle = datasets.middle.map((row) => {
    const arm = arms.find(({ name }) => name === row.series);
    return arm ? { ...row, from: originWords(originsAt(snapshot, arm, row.step), snapshot?.names) } : row;
  });
  return { ...chart, datasets: { ...datasets, middle } } as unknown as TopLevelSpec;
}
