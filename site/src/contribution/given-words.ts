import type { Volunteers } from "../../../shared/protocol/session.ts";
import type { Table } from "../figures/figure.ts";
import { instant } from "../words.ts";
import type { Given } from "./given.ts";

/** The runs that a volunteer trained parts of. */
export const runsTable = ({ runs }: Given): Table => ({
  columns: ["Experiment", "Network", "Seed", "Steps given", "Of the run"],
  rows: runs.map(({ experiment, label, seed, steps, of }) => [
    experiment,
    label,
    String(seed),
    steps.toLocaleString("en"),
    `${Math.round((100 * steps) / of)}%`,
  ]),
  note: "The study’s own runs stand in the report’s figures; reruns have pages of their own.",
});

/** The list of volunteers who wish to stand on it; the coordinator has it in order. */
export const listTable = (list: Volunteers["list"]): Table => ({
  columns: ["", "Volunteer", "Audited steps", "Steps", "Shards"],
  rows: list.map(({ volunteer, alias, steps, shards, audited = 0 }, index) => [
    String(index + 1),
    alias ?? volunteer.slice(0, 8),
    audited.toLocaleString("en"),
    steps.toLocaleString("en"),
    shards.toLocaleString("en"),
  ]),
  note: "In order of audited steps: those of accepted shards a stretch of which somebody else trained again with the same outcome. Over all experiments. A step of one network may cost a hundred of another’s: it is a list, not a race.",
  empty: "No names yet.",
});

/** "since 22 Nov 2026, 14:05 UTC" */
export const sinceWords = ({ first, last }: Given): string =>
  first === last ? `on ${instant(first)}` : `since ${instant(first)}`;
