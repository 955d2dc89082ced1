import type { TopLevelSpec } from "vega-lite";
import type { Replication } from "../../../shared/protocol/replication.ts";
import type { StudySnapshot } from "../../../shared/protocol/snapshot.ts";
import type { Panel, PanelArm } from "../figures/figure.ts";
import { originsAt, originWords } from "../report/origins.ts";
import { checksWords } from "../report/shard-check.ts";

interface Row {
  readonly series: string;
  readonly step: number;
  /** Where a point is one seed's alone. */
  readonly seed?: number;
}

/** Data sets whose points a pointer can ask for. */
const ASKED = ["middle", "band", "places"];

/** A panel's chart whose points know who trained and who checked them, for the pointer to say; as it is where nobody told of whom the data are. */
export function withOrigins(
  { spec, arms = [] }: Panel,
  snapshot: StudySnapshot | null,
  replication: Replication | null = null,
): TopLevelSpec {
  const { datasets, ...chart } = spec as unknown as { datasets?: Readonly<Partial<Record<string, readonly Row[]>>> };
  if (!datasets || !snapshot || arms.length === 0) return spec;
  const known = ASKED.flatMap((name) =>
    datasets[name] ? [[name, datasets[name].map((row) => withOrigin(row, arms, snapshot, replication))] as const] : [],
  );
  return { ...chart, datasets: { ...datasets, ...Object.fromEntries(known) } } as unknown as TopLevelSpec;
}

function withOrigin(
  row: Row,
  arms: readonly PanelArm[],
  snapshot: StudySnapshot,
  replication: Replication | null,
): Row & { readonly from?: string; readonly checked?: string } {
  const arm = arms.find(({ name }) => name === row.series);
  if (!arm) return row;
  const origins = originsAt(snapshot, arm, row.step, replication).filter(
    ({ seed }) => row.seed === undefined || seed === row.seed,
  );
  return { ...row, from: originWords(origins, snapshot.names), checked: checksWords(origins.map(({ check }) => check)) };
}
