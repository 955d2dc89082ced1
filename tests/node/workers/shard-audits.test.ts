import { expect, test } from "vitest";
import type { AuditRecord } from "../../../shared/protocol/audit.ts";
import type { StoredResult } from "../../../shared/protocol/result.ts";
import { shardAudits } from "../../../workers/coordinator/shard-audits.ts";

const said = (shard: string, volunteer: string, verdict: AuditRecord["verdict"]): AuditRecord => ({
  ...{ shard, volunteer, verdict, fromStep: 0, toStep: 5, kind: "replay", because: "drawn", outcomes: [] },
});
const trained = (shard: string, volunteer: string) => ({ provenance: { shard, volunteer } }) as StoredResult;

test("a shard stands with what its own audits found, settled before open", () => {
  const audits = [
    said("a", "ada", null),
    said("a", "ada", "passed"),
    said("b", "bob", null),
    said("c", "ada", "could not be verified"),
  ];
  expect(shardAudits(audits, [trained("a", "ada"), trained("b", "bob"), trained("c", "ada"), trained("d", "ada")])).toEqual([
    { shard: "a", audit: "passed", contradicted: 0 },
    { shard: "b", audit: "open", contradicted: 0 },
    { shard: "c", audit: "could not be verified", contradicted: 0 },
  ]);
});

test("what was said of a training that was taken out does not speak for the one in its place", () => {
  const audits = [said("a", "eve", "passed"), said("a", "eve", "contradicted"), said("b", "eve", "passed")];
  expect(shardAudits(audits, [trained("a", "ada"), trained("b", "ada")])).toEqual([{ shard: "a", audit: null, contradicted: 1 }]);
  expect(shardAudits([...audits, said("a", "ada", "passed")], [trained("a", "ada")])).toContainEqual({ shard: "a", audit: "passed", contradicted: 1 }); // prettier-ignore
});
