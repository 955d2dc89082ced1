import path from "node:path";
import { parseArgs } from "node:util";
import { wholeNumber } from "../whole-number.ts";

export const USAGE = `npm run soak [-- options]
  Volunteers (one browser, two command-line ones) train, and an auditor trains some of it again, against one coordinator of this machine, while all are killed in between.
  Memory is watched, and at the end it is checked that nothing leaked, no run is stuck, no result is lost, and the snapshot is its recomputation. Linux only.
  --minutes N        how long (default: 60; the short form is 5)
  --duty N           percent of the time that each of them may compute: 100, 75, 50, 25 or 10 (default: 100)
  --control          only this: what workerd has resident after thousands of requests to a Worker that does nothing, with its garbage collected and without
  --coordinator      only this: what the coordinator's process has resident as more made-up results come in than volunteers hand in within an hour; checked, too
  --networks         only this: what a process has resident that trains all networks of the study one after another, for some turns; checked, too
  --state FOLDER     what it writes; emptied first (default: .cache/soak)
  --no-table         docs/soak.md stays as it is
Exit codes: 0 all checks held, 1 one did not, 2 wrong arguments.`;

/** As the page has them (site/src/volunteer/settings.ts). */
const DUTIES = [100, 75, 50, 25, 10];

export interface Arguments {
  readonly minutes: number;
  /** Percent of the time. */
  readonly duty: number;
  readonly control: boolean;
  readonly coordinator: boolean;
  readonly networks: boolean;
  readonly state: string;
  readonly table: boolean;
}

/** @throws Error saying what was got and wanted */
export function readArguments(args: readonly string[]): Arguments | "help" {
  const { values } = parseArgs({
    args: [...args],
    options: {
      minutes: { type: "string" },
      duty: { type: "string" },
      control: { type: "boolean" },
      coordinator: { type: "boolean" },
      networks: { type: "boolean" },
      state: { type: "string" },
      "no-table": { type: "boolean" },
      help: { type: "boolean" },
    },
  });
  if (values.help) return "help";
  const minutes = Number(values.minutes ?? 60);
  if (!(minutes >= 3)) throw new Error(`--minutes: got ${values.minutes}, want a number from 3: less has no time to warm up`);
  const duty = wholeNumber("--duty", values.duty) ?? 100;
  if (!DUTIES.includes(duty)) throw new Error(`--duty: got ${duty}, want one of ${DUTIES.join(", ")}: the page has no others`);
  const root = path.resolve(import.meta.dirname, "../..");
  const state = path.resolve(values.state ?? path.join(root, ".cache/soak"));
  const { control = false, coordinator = false, networks = false } = values;
  return { minutes, duty, control, coordinator, networks, state, table: values["no-table"] !== true };
}
