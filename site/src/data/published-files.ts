import { PROTOCOL_VERSION } from "../../../shared/protocol/version.ts";
import type { StudySnapshot } from "../../../shared/protocol/snapshot.ts";
import { snapshotFile } from "./snapshot-file.ts";
import { withoutCurves } from "./without-curves.ts";

/** The published snapshot, or one without results. */
const published = (): StudySnapshot =>
  snapshotFile() ?? { protocol: PROTOCOL_VERSION, takenAt: new Date(0).toISOString(), experiments: [] };

/** `/snapshot.json` */
export const snapshotText = (): string => JSON.stringify(published());

/** `/published.json` */
export const withoutCurvesText = (): string => JSON.stringify(withoutCurves(published()));

/** `/paper/<name>.csv`, by name. */
export const paperTexts: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(
    import.meta.glob<string>("../../../shared/paper/curves/*.csv", { query: "?raw", import: "default", eager: true }),
  ).map(([path, csv]) => [path.slice(path.lastIndexOf("/") + 1, -".csv".length), csv]),
);
