import type { APIRoute } from "astro";
import { snapshotFile } from "../../data/snapshot-file.ts";
import { dataCite } from "../../report/citation.ts";

/** The published data's description for registrars of DOIs. */
export const GET: APIRoute = () => {
  const snapshot = snapshotFile();
  return Response.json(snapshot ? dataCite(snapshot) : {});
};
