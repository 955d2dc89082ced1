import { canonicalJson } from "../../shared/math/json.ts";
import type { LogEntry } from "../../shared/protocol/action-log.ts";
import type { StudyLine } from "../../shared/protocol/bundle.ts";
import { chainFault } from "../action-log/chain.ts";
import type { ActionLog } from "../action-log/log-sqlite.ts";
import { type Outcome, done, refuse } from "../problem.ts";
import { schemaVersion } from "../schema-version.ts";
import { notEmpty, otherSchema } from "./experiment-copy.ts";
import { STUDY_TABLES } from "./kept-tables.ts";
import { replaceTables, tablesOf } from "./rows.ts";

export const studyLine = (sql: SqlStorage): StudyLine => ({
  line: "study",
  schema: schemaVersion(sql),
  tables: tablesOf(sql, STUDY_TABLES.small),
});

/** Puts the study's line back. To be called in a transaction, after the log. */
export function restoreStudy(sql: SqlStorage, line: StudyLine): Outcome<null> {
  const here = schemaVersion(sql);
  if (line.schema !== here) return otherSchema("the study", line.schema, here);
  replaceTables(sql, line.tables, STUDY_TABLES.small);
  // Every experiment is opened again as the bundle has it, and told what is paused.
  sql.exec("UPDATE reruns SET opened = 0");
  sql.exec("UPDATE replicas SET opened = 0");
  sql.exec("DELETE FROM published");
  return done(null);
}

/**
 * Puts entries of a bundle's log in the place of a log that tells of openings only: nothing was done to the study yet. Entries that are there already are passed
 * over, so that a restore that was cut off can be begun again.
 */
export function restoreLog(log: ActionLog, entries: readonly LogEntry[]): Outcome<null> {
  const [first] = entries;
  if (!first) return done(null);
  const here = log.page(first.n - 1);
  const known = new Map(here.entries.map((entry) => [entry.n, canonicalJson(entry)]));
  const isOther = (entry: LogEntry) => known.has(entry.n) && known.get(entry.n) !== canonicalJson(entry);
  const fresh = first.n === 1 && isOther(first) && here.next === null && here.entries.every(({ kind }) => kind === "opened");
  if (fresh) log.clear();
  const head = log.head();
  const rest = entries.filter(({ n }) => n > head.n);
  const clash = fresh ? undefined : entries.find(isOther);
  if (clash) return notEmpty(`log entry ${clash.n}: got that of a bundle, want none, because other things were done here`);
  const fault = chainFault(rest, head);
  if (fault !== null) {
    return refuse(422, { title: "A broken chain", detail: fault, remedy: "Check the bundle: npm run verify -- FILE" });
  }
  for (const entry of rest) log.put(entry);
  return done(null);
}
