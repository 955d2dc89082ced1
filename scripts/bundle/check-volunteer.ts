import type { RowLine } from "../../shared/protocol/bundle.ts";
import { volunteerId } from "../../shared/protocol/signature.ts";
import { HOME_TABLES } from "../../workers/operator/kept-tables.ts";
import { Difference } from "./lines.ts";

/** A row of the study's volunteers: in a table of theirs, and a volunteer is whoever has the key. */
export function checkVolunteer(at: string, { table, row }: RowLine): void {
  if (!HOME_TABLES.large.includes(table))
    throw new Difference(`${at}: got a row of ${table}, want one of ${HOME_TABLES.large.join(", ")}`);
  if (table !== "volunteers") return;
  const id = volunteerId(String(row.public_key));
  if (row.id !== id) throw new Difference(`${at}: volunteer: got ${row.id}, want ${id}, whose key it is`);
}
