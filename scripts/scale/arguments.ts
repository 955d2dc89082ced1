import { parseArgs } from "node:util";
import { wholeNumber } from "../whole-number.ts";

export const USAGE = `npm run scale [-- options]
  Simulates crowds of volunteers at one experiment in virtual time, with the coordinator's own class on SQLite in memory, alone and with gateways.
  --volunteers N   the largest crowd at one experiment (default: 400; the short form is 100, the most 2500)
  --gateways K     how many gateways (default: 8)
  --seconds S      virtual seconds that are watched (default: 60)
  --no-table       docs/scale.md stays as it is
Exit codes: 0 done, 1 something was refused, 2 wrong arguments.`;

export interface Arguments {
  readonly volunteers: number;
  readonly gateways: number;
  readonly seconds: number;
  readonly table: boolean;
}

/** @throws Error saying what was got and wanted */
export function readArguments(args: readonly string[]): Arguments | "help" {
  const text = { type: "string" } as const;
  const { values } = parseArgs({
    args: [...args],
    options: {
      ...{ volunteers: text, gateways: text, seconds: text },
      "no-table": { type: "boolean" },
      help: { type: "boolean" },
    },
  });
  if (values.help) return "help";
  return {
    volunteers: wholeNumber("--volunteers", values.volunteers) ?? 400,
    gateways: wholeNumber("--gateways", values.gateways) ?? 8,
    seconds: wholeNumber("--seconds", values.seconds) ?? 60,
    table: values["no-table"] !== true,
  };
}
