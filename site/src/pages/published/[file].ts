import type { APIRoute, GetStaticPaths } from "astro";
import { snapshotFile } from "../../data/snapshot-file.ts";
import { csvOf } from "../../data/tables/csv.ts";
import { parquetOf } from "../../data/tables/parquet.ts";
import { studyTables } from "../../data/tables/study-tables.ts";
import type { DataTable } from "../../data/tables/table.ts";

type Props = { readonly table: DataTable; readonly end: "csv" | "parquet" };

/** The published data as tables, for spreadsheets and data frames. */
export const getStaticPaths = (() => {
  const snapshot = snapshotFile();
  const tables = snapshot ? studyTables(snapshot) : [];
  return tables.flatMap((table) =>
    (["csv", "parquet"] as const).map((end) => ({ params: { file: `${table.name}.${end}` }, props: { table, end } })),
  );
}) satisfies GetStaticPaths;

export const GET: APIRoute<Props> = ({ props: { table, end } }) => new Response(end === "csv" ? csvOf(table) : parquetOf(table));
