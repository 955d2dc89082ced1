import os from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { COMMITTED } from "../snapshot/take.ts";
import type { Wanted } from "./order.ts";

export const USAGE = `npm run fleet [-- options]
  Fills the study's snapshot with command-line volunteers until every run is finished or it is stopped (Ctrl-C).
  Called again it goes on where it was.
  --url URL          trains for the coordinator at this address (default: starts one of its own)
  --state FOLDER     what is kept between calls (default: .cache/fleet)
  --port N           for its own coordinator (default: any that is free)
  --volunteers N     how many train at once (default: one for each processor core)
  --threads N        processor threads of each (default: 1)
  --alias NAME       the name shown with the results
  --experiment NAME  only this experiment; several: in that order
  --seeds N          only the first N seeds
  --hours H          stops after so many hours
  --out FILE         the snapshot (default: site/src/data/snapshot.json)
  --every MINUTES    how often the snapshot is written (default: 5)
Exit codes: 0 done or stopped, 1 failed, 2 wrong arguments.`;

export interface Arguments {
  readonly url: string | null;
  readonly state: string;
  /** Null: any that is free. */
  readonly port: number | null;
  readonly volunteers: number;
  readonly threads: number;
  readonly alias: string | undefined;
  readonly wanted: Wanted;
  readonly hours: number;
  readonly out: string;
  readonly everyMinutes: number;
}

/** @throws Error saying what was got and wanted */
export function readArguments(args: readonly string[]): Arguments | "help" {
  const text = { type: "string" } as const;
  const { values } = parseArgs({
    args: [...args],
    options: {
      ...{ url: text, state: text, port: text, volunteers: text, threads: text, alias: text },
      ...{ seeds: text, hours: text, out: text, every: text },
      experiment: { type: "string", multiple: true },
      help: { type: "boolean" },
    },
  });
  if (values.help) return "help";
  if (values.url !== undefined && !URL.canParse(values.url))
    throw new Error(`--url: got ${values.url}, want the coordinator's address`);
  const root = path.resolve(import.meta.dirname, "../..");
  return {
    url: values.url === undefined ? null : new URL(values.url).origin,
    state: path.resolve(values.state ?? path.join(root, ".cache/fleet")),
    port: wholeNumber("--port", values.port) ?? null,
    volunteers: wholeNumber("--volunteers", values.volunteers) ?? os.availableParallelism(),
    threads: wholeNumber("--threads", values.threads) ?? 1,
    alias: values.alias,
    wanted: { experiments: values.experiment ?? [], seeds: wholeNumber("--seeds", values.seeds) ?? Infinity },
    hours: positive("--hours", values.hours) ?? Infinity,
    out: path.resolve(values.out ?? COMMITTED),
    everyMinutes: positive("--every", values.every) ?? 5,
  };
}

function positive(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (!(value > 0)) throw new Error(`${name}: got ${text}, want a number above 0`);
  return value;
}

function wholeNumber(name: string, text: string | undefined): number | undefined {
  const value = positive(name, text);
  if (value !== undefined && !Number.isInteger(value)) throw new Error(`${name}: got ${text}, want a whole number from 1`);
  return value;
}
