import { expect, test } from "vitest";
import { gatheredPage, type Page, rowAmongGateways, sumOfRecords } from "../../../workers/gateway/gather.ts";

test("pages of several objects follow each other, whole, in order, empty ones too", async () => {
  const tables = [["a", "b", "c"], [], ["d", "e"]];
  const sources = tables.map((table) => (offset: number): Page => {
    const rows = table.slice(offset, offset + 2);
    return { rows, next: offset + 2 < table.length ? offset + 2 : null };
  });
  const pages: string[][] = [];
  for (let offset: number | null = 0; offset !== null;) {
    const { rows, next }: Page = await gatheredPage(sources, offset);
    pages.push(rows);
    offset = next;
  }
  expect(pages).toEqual([["a", "b"], ["c"], [], ["d", "e"]]);
});

test("audits of different gateways never have one number, and leases name the audit that they were for", () => {
  const numbers = [1, 2, 3].flatMap((number) =>
    [1, 2, 3, 4].map((n) => rowAmongGateways({ kind: "gateway", number, of: 3 }, "audits", { n, verdict: null }).n),
  );
  expect(numbers.toSorted((a, b) => Number(a) - Number(b))).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
  const lease = (audit: number | null) =>
    rowAmongGateways({ kind: "gateway", number: 2, of: 3 }, "audit_leases", { id: "l", audit }).audit;
  expect([lease(3), lease(null)]).toEqual([8, null]);
  expect(rowAmongGateways({ kind: "gateway", number: 2, of: 3 }, "leases", { n: 1 })).toEqual({ n: 1 });
  expect(rowAmongGateways({ kind: "root", gateways: 3 }, "audits", { n: 1 })).toEqual({ n: 1 });
});

test("what audits said of a volunteer is added up over the gateways", () => {
  const rows = [
    { volunteer: "b", passed: 1, wrong: 0 },
    { volunteer: "a", passed: 2, wrong: 1 },
    { volunteer: "b", passed: 3, wrong: 1 },
  ];
  expect(sumOfRecords(rows)).toEqual([
    { volunteer: "a", passed: 2, wrong: 1 },
    { volunteer: "b", passed: 4, wrong: 1 },
  ]);
});
