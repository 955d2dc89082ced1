import type { TopLevelSpec } from "vega-lite";
import type { StudySnapshot } from "../../../shared/protocol/snapshot.ts";
import type { Panel, PanelArm } from "../figures/figure.ts";
import { originsAt, originWords } from "../report/origins.ts";

interface Row {
  readonly series: string;
  readonly step: number;
}

/** A panel's chart whose points know who trained them, for the pointer to say; as it is where nobody told of whom the data are. */
export function withOrigins({ spec, arms = [] }: Panel, snapshot: StudySnapshot | null): TopLevelSpec {
  const { datasets, ...chart } = spec as unknown as { datasets?: Readonly<Partial<Record<string, readonly Row[]>>> };
  if (!datasets || !snapshot || arms.length === 0) return spec;
  const known = ["middle", "band"].flatMap((name) =>
    datasets[name] ? [[name, datasets[name].map((row) => withOrigin(row, arms, snapshot))] as const] : [],
  );
  return { ...chart, datasets: { ...datasets, ...Object.fromEntries(known) } } as unknown as TopLevelSpec;
}

function withOrigin(row: Row, arms: readonly PanelArm[], snapshot: StudySnapshot): Row & { readonly from?: string } {
  const arm = arms.find(({ name }) => name === row.series);
  return arm ? { ...row, from: originWords(originsAt(snapshot, arm, row.step), snapshot.names) } : row;
}
