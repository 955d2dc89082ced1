import { parquetWriteBuffer } from "hyparquet-writer";
import type { DataColumn, DataTable } from "./table.ts";

/** Lists are written as JSON text: a histogram's bins differ from layer to layer. */
const TYPES = { text: "STRING", whole: "INT32", number: "DOUBLE", numbers: "STRING" } as const satisfies Record<
  DataColumn["type"],
  string
>;

/** A table as Apache Parquet, with the dictionary's words in its metadata. */
export function parquetOf({ name, about, columns, rows }: DataTable): ArrayBuffer {
  return parquetWriteBuffer({
    columnData: columns.map((column, i) => ({
      name: column.name,
      type: TYPES[column.type],
      nullable: true,
      data: rows.map((row) => (column.type === "numbers" && row[i] !== null ? JSON.stringify(row[i]) : row[i])),
    })),
    kvMetadata: [
      { key: "table", value: name },
      { key: "about", value: about },
      { key: "columns", value: JSON.stringify(Object.fromEntries(columns.map((column) => [column.name, column.about]))) },
    ],
  });
}
