import type { Replication } from "../../../shared/protocol/replication.ts";
import type { ExperimentSnapshot, ShardAudit } from "../../../shared/protocol/snapshot.ts";
import { plural } from "../words.ts";

/** How far a shard was checked by somebody who trained it again. */
export interface ShardCheck {
  /** What an audit of one of its intervals came to; null: none was drawn; unknown: these data do not tell of audits. */
  readonly audit: ShardAudit["audit"] | "unknown";
  /** Earlier trainings of it that were contradicted and taken out. */
  readonly contradicted: number;
  /** Whether its whole run, trained again on another vendor's device, came out alike; null: it was not. */
  readonly replica: boolean | null;
}

/** A run of the study, by the names that its snapshot uses. */
interface Run {
  readonly variant: string;
  readonly seed: number;
}

const rowsOf = new WeakMap<ExperimentSnapshot, ReadonlyMap<string, ShardAudit>>();

/** What is known of a shard. @param replication of the study's pairs; null: not asked for, or not told */
export function shardCheck(
  snapshot: ExperimentSnapshot,
  { variant, seed }: Run,
  shard: string,
  replication: Replication | null,
): ShardCheck {
  const rows = rowsOf.get(snapshot) ?? new Map(snapshot.audits?.map((row) => [row.shard, row]));
  rowsOf.set(snapshot, rows);
  const row = rows.get(shard);
  const pair = replication?.pairs.find((one) => one.experiment === snapshot.experiment.id && one.seed === seed);
  return {
    audit: snapshot.audits ? (row?.audit ?? null) : "unknown",
    contradicted: row?.contradicted ?? 0,
    replica: pair?.runs.find((one) => one.variant === variant)?.agrees ?? null,
  };
}

const AUDITS = {
  passed: "drawn and passed",
  contradicted: "contradicted",
  "could not be verified": "drawn, could not be verified",
  open: "drawn, not settled yet",
  unknown: "not recorded in this snapshot",
  none: "not drawn",
} as const;

const auditOf = ({ audit }: ShardCheck) => AUDITS[audit ?? "none"];

/** A shard's checks as a phrase: "drawn and passed; its run replicated on another vendor". */
export function checkWords(check: ShardCheck): string {
  const { contradicted, replica } = check;
  return [
    auditOf(check),
    contradicted > 0 && `${plural(contradicted, "earlier training")} contradicted and taken out`,
    replica === true && "its run replicated on another vendor",
    replica === false && "its run came out otherwise on another vendor",
  ]
    .filter(Boolean)
    .join("; ");
}

/** The checks behind a point, for the pointer: "2 of 3 drawn and passed, 1 not drawn". */
export function checksWords(checks: readonly ShardCheck[]): string {
  const n = checks.length;
  if (n === 0) return AUDITS.unknown;
  const counts = Object.values(AUDITS).flatMap((words) => {
    const found = checks.filter((check) => auditOf(check) === words).length;
    return found > 0 ? [{ words, found }] : [];
  });
  const first = counts[0]!.found === n ? counts[0]!.words : counts.map(({ words, found }, i) => `${found}${i === 0 ? ` of ${n}` : ""} ${words}`).join(", "); // prettier-ignore
  const count = (test: (check: ShardCheck) => boolean) => checks.filter(test).length;
  const [again, otherwise, out] = [
    count(({ replica }) => replica === true),
    count(({ replica }) => replica === false),
    count(({ contradicted }) => contradicted > 0),
  ];
  return [
    first,
    again > 0 && `${again} replicated on another vendor`,
    otherwise > 0 && `${otherwise} came out otherwise on another vendor`,
    out > 0 && `${out} trained anew after a contradiction`,
  ]
    .filter(Boolean)
    .join("; ");
}
