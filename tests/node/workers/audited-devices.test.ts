import { expect, test } from "vitest";
import { AuditedDevices } from "../../../shared/protocol/audited-devices.ts";
import { auditedDevices, type Comparison } from "../../../workers/audit/audited-devices.ts";

const device = (threads: number, provider: "wasm" | "webgpu" = "wasm") => ({
  ...{ provider, adapter: null, threads, runtime: "onnxruntime-web 1.30.0", platform: "Chrome 140, Linux" },
});
const comparison = (change: Partial<Comparison> = {}): Comparison => ({
  ...{ shard: "e.v.s1.k0", variant: "v", kind: "replay", steps: 5, verdict: "passed", agrees: true, distance: null },
  ...{ of: device(1), by: device(2) },
  ...change,
});

test("a shard that was audited twice counts once, and two intervals of it count twice between devices", () => {
  const { shards, pairs } = auditedDevices([comparison(), comparison({ distance: 1.23456e-7 })]);
  expect(shards).toEqual([{ device: device(1), variant: "v", passed: 1 }]);
  expect(pairs).toEqual([{ of: device(1), by: device(2), steps: 5, agreed: 2, distances: [0, 1.23e-7] }]);
});

test("a test that was made again audits its shard, and says nothing of weights", () => {
  const { shards, pairs } = auditedDevices([comparison({ kind: "evaluation" })]);
  expect(shards).toHaveLength(1);
  expect(pairs).toEqual([]);
});

test("what was contradicted, not settled, or could not be compared counts nowhere", () => {
  const none = [{ verdict: "contradicted", agrees: false }, { verdict: null }, { agrees: null }] as const;
  expect(auditedDevices(none.map(comparison))).toEqual({ shards: [], pairs: [] });
});

test("of many kinds of devices those that were compared most are kept, each with its latest distances", () => {
  const often = Array.from({ length: 60 }, (_, i) => comparison({ distance: (i + 1) * 1e-9 }));
  const once = Array.from({ length: 600 }, (_, i) => comparison({ of: device(i + 3), shard: `e.v.s${i}.k0` }));
  const { shards, pairs } = AuditedDevices.parse(auditedDevices([...once, ...often]));
  expect([shards.length, pairs.length]).toEqual([500, 100]);
  expect(pairs[0]).toMatchObject({ of: device(1), agreed: 60 });
  expect([pairs[0]!.distances.length, pairs[0]!.distances.at(-1)]).toEqual([50, 6e-8]);
});
