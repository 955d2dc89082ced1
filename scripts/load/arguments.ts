import { parseArgs } from "node:util";
import { wholeNumber } from "../whole-number.ts";

export const USAGE = `npm run load [-- options]
  Measures the coordinator as it would be deployed: its bundle in workerd on this machine, asked by volunteers that make their results up.
  --seconds N    of the part that watches memory (default: 60; the short form is 10)
  --gateways N   gateways of the experiment (default: 0)
  --no-table     docs/load.md and the README stay as they are
Nothing leaves this machine. Processor time is read from /proc: Linux only.
Exit codes: 0 done, 1 a request failed, 2 wrong arguments.`;

export interface Arguments {
  readonly seconds: number;
  readonly gateways: number;
  readonly table: boolean;
}

/** @throws Error saying what was got and wanted */
export function readArguments(args: readonly string[]): Arguments | "help" {
  const text = { type: "string" } as const;
  const { values } = parseArgs({
    args: [...args],
    options: { seconds: text, gateways: text, "no-table": { type: "boolean" }, help: { type: "boolean" } },
  });
  if (values.help) return "help";
  return {
    seconds: wholeNumber("--seconds", values.seconds) ?? 60,
    gateways: wholeNumber("--gateways", values.gateways) ?? 0,
    table: values["no-table"] !== true,
  };
}
