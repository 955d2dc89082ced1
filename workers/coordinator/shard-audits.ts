import type { AuditRecord } from "../../shared/protocol/audit.ts";
import type { StoredResult } from "../../shared/protocol/result.ts";
import type { ShardAudit } from "../../shared/protocol/snapshot.ts";

/** One that was settled speaks louder than one that nobody settled yet; the worst of what was found, loudest. */
const LOUDEST_FIRST = ["contradicted", "passed", "could not be verified", "open"] as const;

/**
 * What audits say of each shard, by the training that counts: what was said of one that was taken out is only counted.
 * @param audits oldest first  @param results those that count
 */
export function shardAudits(audits: readonly AuditRecord[], results: readonly StoredResult[]): ShardAudit[] {
  const trainedBy = new Map(results.map(({ provenance }) => [provenance.shard, provenance.volunteer]));
  const byShard = Map.groupBy(audits, ({ shard }) => shard);
  return [...byShard].flatMap(([shard, all]): ShardAudit[] => {
    const own = all.filter(({ volunteer }) => volunteer === trainedBy.get(shard)).map(({ verdict }) => verdict ?? "open");
    const audit = LOUDEST_FIRST.find((one) => own.includes(one)) ?? null;
    const contradicted = all.filter(
      ({ volunteer, verdict }) => verdict === "contradicted" && volunteer !== trainedBy.get(shard),
    ).length;
    return audit === null && contradicted === 0 ? [] : [{ shard, audit, contradicted }];
  });
}
