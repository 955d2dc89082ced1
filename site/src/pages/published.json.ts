import type { APIRoute } from "astro";
import { PROTOCOL_VERSION } from "../../../shared/protocol/version.ts";
import { snapshotFile } from "../data/snapshot-file.ts";
import { withoutCurves } from "../data/without-curves.ts";

/** What every page reads of the published data: all but the runs' own curves and measurements, which are many times as long. */
export const GET: APIRoute = () =>
  Response.json(
    withoutCurves(snapshotFile() ?? { protocol: PROTOCOL_VERSION, takenAt: new Date(0).toISOString(), experiments: [] }),
  );
