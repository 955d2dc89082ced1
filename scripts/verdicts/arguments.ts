import path from "node:path";
import { parseArgs } from "node:util";
import { COMMITTED } from "../snapshot/take.ts";

export const USAGE = `npm run verdicts [-- options]
  Judges every claim of the paper by the runs of a snapshot: estimate, interval, pairs, log-likelihood ratio, verdict,
  and the hashes it follows from.
  --snapshot FILE  (default: site/src/data/snapshot.json)
  --url URL        the runs that this coordinator has now
  --json           everything, pair by pair
  --markdown       writes the list of claims into docs/claims.md instead
Exit codes: 0 judged, 1 failed.`;

export type Asked =
  | { readonly kind: "help" | "markdown" }
  | { readonly kind: "judge"; readonly from: { readonly file: string } | { readonly origin: string }; readonly json: boolean };

/** @throws Error saying what was got and wanted */
export function readArguments(args: readonly string[]): Asked {
  const { values } = parseArgs({
    args: [...args],
    options: {
      ...{ snapshot: { type: "string" }, url: { type: "string" } },
      ...{ json: { type: "boolean" }, markdown: { type: "boolean" }, help: { type: "boolean" } },
    },
  });
  if (values.help) return { kind: "help" };
  if (values.markdown) return { kind: "markdown" };
  if (values.url !== undefined && values.snapshot !== undefined) {
    throw new Error("--url and --snapshot: got both, want one of them");
  }
  if (values.url !== undefined && !URL.canParse(values.url)) {
    throw new Error(`--url: got ${values.url}, want the coordinator's address, such as http://127.0.0.1:8787`);
  }
  const from =
    values.url === undefined ? { file: path.resolve(values.snapshot ?? COMMITTED) } : { origin: new URL(values.url).origin };
  return { kind: "judge", from, json: values.json ?? false };
}
