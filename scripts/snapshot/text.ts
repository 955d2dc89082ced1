import type { StudySnapshot } from "../../shared/protocol/snapshot.ts";

/** What is no longer than this stands on one line: a shard's provenance, but not a run. */
const SHORT = 800;

/**
 * JSON for a file under version control, of several MB: keys sorted, each column of numbers (or of histograms) on one line, so that a diff
 * shows what grew, and hardly longer than with no line breaks at all.
 */
export function snapshotText(snapshot: StudySnapshot): string {
  return `${print(snapshot, "")}\n`;
}

function print(value: unknown, indent: string): string {
  if (typeof value !== "object" || value === null || isColumn(value)) return JSON.stringify(value);
  const inner = `${indent} `;
  const [open, close] = Array.isArray(value) ? "[]" : "{}";
  const items = Array.isArray(value)
    ? value.map((item) => print(item, inner))
    : Object.entries(value)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([key, item]) => `${JSON.stringify(key)}:${print(item, inner)}`);
  const line = `${open}${items.join(",")}${close}`;
  if (line.length <= SHORT && !line.includes("\n")) return line;
  return `${open}\n${items.map((item) => inner + item).join(",\n")}\n${indent}${close}`;
}

/** Numbers, or rows of numbers. */
function isColumn(value: object): boolean {
  const isScalar = (item: unknown) => typeof item !== "object" || item === null;
  return Array.isArray(value) && value.every((item) => isScalar(item) || (Array.isArray(item) && item.every(isScalar)));
}
