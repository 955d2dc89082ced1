import type { APIRoute } from "astro";
import { snapshotFile } from "../../data/snapshot-file.ts";
import { studyTables } from "../../data/tables/study-tables.ts";

/** What every table and column of the published data is. */
export const GET: APIRoute = () => {
  const snapshot = snapshotFile();
  const tables = snapshot ? studyTables(snapshot) : [];
  return Response.json({
    takenAt: snapshot?.takenAt ?? null,
    license: "MIT",
    tables: tables.map(({ name, about, columns, rows }) => ({ name, about, rows: rows.length, columns })),
  });
};
