import type { StudySnapshot } from "../../shared/protocol/snapshot.ts";

/** JSON for a file under version control: objects indented with sorted keys, a column of numbers on one line, so that a diff shows what grew. */
export function snapshotText(snapshot: StudySnapshot): string {
  return `${print(snapshot, "")}\n`;
}

function print(value: unknown, indent: string): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const inner = `${indent}  `;
  const isColumn = Array.isArray(value) && value.every((item) => typeof item !== "object" || item === null);
  if (isColumn) return JSON.stringify(value);
  if (Array.isArray(value)) return `[\n${value.map((item) => inner + print(item, inner)).join(",\n")}\n${indent}]`;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{\n${entries.map(([key, item]) => `${inner}${JSON.stringify(key)}: ${print(item, inner)}`).join(",\n")}\n${indent}}`;
}
