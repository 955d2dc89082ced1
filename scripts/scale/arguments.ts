import { parseArgs } from "node:util";
import { wholeNumber } from "../whole-number.ts";

export const USAGE = `npm run scale [-- options]
  Simulates crowds of volunteers in virtual time, whole, with the project's own objects on SQLite in memory: first at one experiment, alone and with gateways, then at
  a study with as many experiments as the crowd needs.
  --volunteers N   the largest crowd at one experiment (default: 2000; the short form is 200, the most 2083)
  --gateways K     how many gateways (default: 8)
  --homes H        how many objects share the volunteers of a whole study (default: 8; 1: the study's own object keeps them)
  --seconds S      virtual seconds that are watched (default: 30)
  --long           also crowds of 100,000 and 1,000,000: two hours of one core, and 12 GB
  --crowd N        only this crowd, and no document is changed
  --no-table       docs/scale.md stays as it is
Exit codes: 0 done, 1 something was refused, 2 wrong arguments.`;

export interface Arguments {
  readonly volunteers: number;
  readonly gateways: number;
  readonly homes: number;
  readonly seconds: number;
  readonly isLong: boolean;
  /** Only this one. */
  readonly crowd: number | null;
  readonly table: boolean;
}

/** @throws Error saying what was got and wanted */
export function readArguments(args: readonly string[]): Arguments | "help" {
  const text = { type: "string" } as const;
  const flag = { type: "boolean" } as const;
  const { values } = parseArgs({
    args: [...args],
    options: {
      volunteers: text,
      gateways: text,
      homes: text,
      seconds: text,
      crowd: text,
      long: flag,
      "no-table": flag,
      help: flag,
    },
  });
  if (values.help) return "help";
  return {
    volunteers: wholeNumber("--volunteers", values.volunteers) ?? 2000,
    gateways: wholeNumber("--gateways", values.gateways) ?? 8,
    homes: wholeNumber("--homes", values.homes) ?? 8,
    seconds: wholeNumber("--seconds", values.seconds) ?? 30,
    isLong: values.long === true,
    crowd: wholeNumber("--crowd", values.crowd) ?? null,
    table: values["no-table"] !== true,
  };
}
