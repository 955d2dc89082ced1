import type { Cell, DataTable } from "./table.ts";

/** A table as CSV (RFC 4180): empty where there is no value; lists as numbers with spaces between. */
export function csvOf({ columns, rows }: DataTable): string {
  const lines = [columns.map(({ name }) => name), ...rows];
  return lines.map((line) => line.map(field).join(",") + "\r\n").join("");
}

function field(cell: Cell): string {
  if (cell === null) return "";
  const text = typeof cell === "object" ? cell.join(" ") : String(cell);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
