import type { ExperimentLine, Row } from "../../shared/protocol/bundle.ts";
import { StoredResult } from "../../shared/protocol/result.ts";
import { experimentSnapshot } from "../coordinator/snapshot.ts";
import { type Outcome, done, refuse } from "../problem.ts";
import { NO_RESULTS, resultLink } from "../results-chain.ts";
import { schemaVersion } from "../schema-version.ts";
import type { CoordinatorStore } from "../store-sqlite.ts";
import { EXPERIMENT_TABLES } from "./kept-tables.ts";
import { putRows, replaceTables, tablesOf } from "./rows.ts";

/** An experiment's line of a bundle: all of it but its large tables. To be called in one turn, so that it is of one moment. */
export function experimentLine(sql: SqlStorage, store: CoordinatorStore, now: number): ExperimentLine {
  const header = store.header();
  const results = store.results.texts().map((json) => StoredResult.parse(JSON.parse(json)));
  const { version } = store.publication();
  const at = { version, now, trainingNow: store.leases.live(now).length };
  return {
    line: "experiment",
    schema: schemaVersion(sql),
    header,
    results: store.results.count(now).results,
    tables: tablesOf(sql, EXPERIMENT_TABLES.small),
    snapshot: experimentSnapshot(header, results, at),
  };
}

/** Puts a line back, into an experiment that has no other results than the bundle's. To be called in a transaction. */
export function restoreExperiment(sql: SqlStorage, store: CoordinatorStore, line: ExperimentLine): Outcome<null> {
  const here = schemaVersion(sql);
  if (line.schema !== here) return otherSchema(line.header.id, line.schema, here);
  replaceTables(sql, line.tables, EXPERIMENT_TABLES.small);
  store.forget();
  // Versions go on rising where readers saw the last one.
  store.setPublication({ version: Math.max(store.publication().version, line.snapshot.version) });
  return done(null);
}

/** Puts rows of a large table back. Results must continue the chain; those that are there already are passed over. To be called in a transaction. */
export function restoreRows(sql: SqlStorage, experiment: string, table: string, rows: readonly Row[]): Outcome<null> {
  if (!EXPERIMENT_TABLES.large.includes(table)) return noSuchTable(experiment, table, EXPERIMENT_TABLES.large);
  if (table !== "results") {
    putRows(sql, table, rows);
    return done(null);
  }
  for (const row of rows) {
    const position = Number(row.position);
    const linkAt = (n: number) =>
      sql.exec<{ link: string }>("SELECT link FROM results WHERE position = ?", n).toArray()[0]?.link ?? null;
    const [before, known] = [position === 1 ? NO_RESULTS : linkAt(position - 1), linkAt(position)];
    if (known !== null && known !== row.link)
      return notEmpty(`${experiment}: result ${position} is there already, and another one`);
    if (before === null || resultLink(before, String(row.json)) !== row.link) {
      const detail = `${experiment}: result ${position} does not follow from the one before it`;
      return refuse(422, { title: "A broken chain", detail, remedy: "Check the bundle: npm run verify -- FILE" });
    }
    if (known === null) putRows(sql, table, [row]);
  }
  return done(null);
}

export const otherSchema = (of: string, got: number, want: number) =>
  refuse(422, {
    title: "A bundle of another release",
    detail: `${of}: got tables of version ${got}, want ${want}`,
    remedy: "Deploy the release that wrote it, restore there, and then deploy this one: it brings the tables up to date.",
  });

export const noSuchTable = (of: string, got: string, want: readonly string[]) =>
  refuse(422, { title: "No such table", detail: `${of}: got rows of ${got}, want some of ${want.join(", ")}` });

/** Gateways would lease the runs again that the bundle has trained, and how many an experiment has never changes. @param got in words, with where */
export const hasGateways = (got: string) =>
  refuse(409, {
    title: "Gateways",
    detail: `${got}, want none: of a bundle's experiments one object has all of the runs`,
    remedy:
      'Restore into a fresh deployment or another folder of state, with GATEWAYS = "0". It may be set again afterwards: experiments that are opened later have gateways.',
  });

export const notEmpty = (detail: string) =>
  refuse(409, {
    title: "Not an empty coordinator",
    detail,
    remedy: "Restore into a fresh deployment or another folder of state.",
  });
