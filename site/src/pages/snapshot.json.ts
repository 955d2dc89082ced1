import type { APIRoute } from "astro";
import { PROTOCOL_VERSION } from "../../../shared/protocol/version.ts";
import { snapshotFile } from "../data/snapshot-file.ts";

/** The data of the static report, as it was published with the site. */
export const GET: APIRoute = () =>
  Response.json(snapshotFile() ?? { protocol: PROTOCOL_VERSION, takenAt: new Date(0).toISOString(), experiments: [] });
