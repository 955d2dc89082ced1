import type { Row } from "../../shared/protocol/bundle.ts";
import type { Place } from "./place.ts";

/** Rows that a page of an object's table begins after, at most; pages of a root go on with its gateways' rows after so many. */
const STRIDE = 2 ** 40;

/** A page of a table's rows, as JSON. `next`: where the next page begins, or null. */
export interface Page {
  readonly rows: string[];
  readonly next: number | null;
}

/**
 * A page of a root's table with those of its gateways behind it, which together are the rows of an experiment that has none.
 * @param sources the root's own rows first  @param offset what the page before said, or 0
 */
export async function gatheredPage(
  sources: readonly ((offset: number) => Promise<Page> | Page)[],
  offset: number,
): Promise<Page> {
  const [source, within] = [Math.floor(offset / STRIDE), offset % STRIDE];
  const { rows, next } = await sources[source]!(within);
  if (next !== null) return { rows, next: source * STRIDE + next };
  return { rows, next: source + 1 < sources.length ? (source + 1) * STRIDE : null };
}

/**
 * A row as it stands among those of the other gateways: audits are numbered within each, so they take turns with their numbers. All else has names of its own, since
 * each run is in one gateway.
 */
export function rowAmongGateways(place: Place, table: string, row: Row): Row {
  if (place.kind !== "gateway") return row;
  const { number, of } = place;
  const among = (n: Row[string] | undefined) => (typeof n === "number" ? (n - 1) * of + number : (n ?? null));
  if (table === "audits") return { ...row, n: among(row.n) };
  return table === "audit_leases" ? { ...row, audit: among(row.audit) } : row;
}

/** What audits said of each volunteer, in all of an experiment's objects. @param records rows of `audit_records` */
export function sumOfRecords(records: readonly Row[]): Row[] {
  const sums = new Map<string, { passed: number; wrong: number }>();
  for (const { volunteer, passed, wrong } of records) {
    const sum = sums.get(String(volunteer)) ?? { passed: 0, wrong: 0 };
    sums.set(String(volunteer), { passed: sum.passed + Number(passed), wrong: sum.wrong + Number(wrong) });
  }
  return [...sums].map(([volunteer, sum]) => ({ volunteer, ...sum })).sort((a, b) => (a.volunteer < b.volunteer ? -1 : 1));
}
