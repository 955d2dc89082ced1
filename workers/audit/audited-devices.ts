import { canonicalJson } from "../../shared/math/json.ts";
import { type AuditedDevices, KEPT_DISTANCES, KEPT_KINDS, KEPT_PAIRS } from "../../shared/protocol/audited-devices.ts";
import type { AuditRecord, AuditVerdict } from "../../shared/protocol/audit.ts";
import type { Device } from "../../shared/protocol/lease.ts";

/** What one auditor found of one audit, whose result stands. */
export interface Comparison {
  readonly shard: string;
  readonly variant: string;
  readonly kind: AuditRecord["kind"];
  /** Of the interval. */
  readonly steps: number;
  readonly verdict: AuditVerdict | null;
  /** Whose claim it is. */
  readonly of: Device;
  readonly by: Device;
  readonly agrees: boolean | null;
  /** Null: the same bits, or an audit that compares no weights. */
  readonly distance: number | null;
}

/** What is published of them: shards that passed, by device, and how far devices came out from each other. @param comparisons oldest first */
export function auditedDevices(comparisons: readonly Comparison[]): AuditedDevices {
  const passed = comparisons.filter(({ verdict, agrees }) => verdict === "passed" && agrees === true);
  const shards = grouped(passed, ({ of, variant }) => ({ device: of, variant }))
    .map(([key, all]) => ({ ...key, passed: new Set(all.map(({ shard }) => shard)).size }))
    .sort((a, b) => b.passed - a.passed)
    .slice(0, KEPT_KINDS);
  const replays = passed.filter(({ kind }) => kind === "replay");
  const pairs = grouped(replays, ({ of, by, steps }) => ({ of, by, steps }))
    .map(([key, all]) => ({
      ...key,
      agreed: all.length,
      distances: all.slice(-KEPT_DISTANCES).map(({ distance }) => Number((distance ?? 0).toPrecision(3))),
    }))
    .sort((a, b) => b.agreed - a.agreed)
    .slice(0, KEPT_PAIRS);
  return { shards, pairs };
}

/** In the order in which the keys first came. */
function grouped<T, K>(all: readonly T[], keyOf: (one: T) => K): [K, T[]][] {
  const groups = new Map<string, [K, T[]]>();
  for (const one of all) {
    const key = keyOf(one);
    const name = canonicalJson(key);
    const group = groups.get(name) ?? [key, []];
    group[1].push(one);
    groups.set(name, group);
  }
  return [...groups.values()];
}
