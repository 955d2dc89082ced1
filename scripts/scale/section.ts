import { measuredOn, putSection } from "../bench/document.ts";
import { markdown, percent } from "../bench/table.ts";
import { costOfAMillion } from "../load/prices.ts";
import { useOfShard } from "../load/section.ts";
import { breaksAt, callCost } from "./breaking.ts";
import { MOST_RUNS, type Stretch } from "./stretch.ts";

/** Crowds that are asked about: too many for one experiment, so they are spread over as many as it takes. */
const CROWDS = [1_000, 100_000, 1_000_000];

/** What the simulations came to. */
export interface Scaled {
  readonly alone: readonly Stretch[];
  readonly spread: readonly Stretch[];
  readonly gateways: number;
}

export function scaleTables({ alone, spread, gateways }: Scaled): string {
  const header = [
    "volunteers",
    "gateways",
    "calls a second: root",
    "its thread",
    "busiest gateway",
    "its thread",
    "results",
    "idle answers",
    "rows a result",
    "KV writes a minute",
  ];
  const rows = [...alone, ...spread].map((one) => [
    String(one.volunteers),
    String(one.gateways),
    one.rootCalls.toFixed(1),
    percent(one.rootBusy),
    one.gateways === 0 ? "-" : one.gatewayCalls.toFixed(1),
    one.gateways === 0 ? "-" : percent(one.gatewayBusy),
    String(one.tally.results),
    String(one.tally.idle),
    one.tally.results === 0 ? "-" : (one.rows / one.tally.results).toFixed(0),
    ((60 * one.kvWrites) / one.seconds).toFixed(0),
  ]);
  const cost = callCost(alone);
  const last = alone.at(-1)!;
  const callsEach = last.rootCalls / last.volunteers;
  const limit = breaksAt(cost, callsEach);
  const crowds = CROWDS.map((volunteers) => crowd(volunteers, { limit, gateways, callsEach, last: spread.at(-1)!, cost }));
  return `${markdown([header, ...rows])}

A call costs an object ${cost.fixed.toFixed(2)} ms, and ${(1000 * cost.perLease).toFixed(1)} microseconds for each live lease there, since it looks at them all (least squares over the rows without gateways); a volunteer makes ${callsEach.toFixed(3)} calls a second. **One object's thread is full at ${limit} volunteers.** With ${gateways} gateways each holds its share, so ${gateways} x ${limit} = ${gateways * limit} (an experiment has at most ${MOST_RUNS} runs of four shards at once; the root's own work is its batches and the merging).

${markdown([
  [
    "volunteers",
    "experiments of at most 2,500",
    "calls a second in all",
    "each object alone",
    `each gateway of ${gateways}`,
    "results a day, million",
    "$ a day beyond the allowances",
  ],
  ...crowds,
])}

Exact for one experiment and its crowd, as in the first table; the larger crowds are as many such experiments side by side, which share no object but the study's (asked once for each publication). Processor time is this machine's, of the project's own class in Node on SQLite in memory; calls take no time to travel. Visits are log-normal around five minutes, shards take three.`;
}

interface Known {
  readonly limit: number;
  readonly gateways: number;
  readonly callsEach: number;
  readonly last: Stretch;
  readonly cost: { readonly fixed: number; readonly perLease: number };
}

function crowd(volunteers: number, { gateways, callsEach, last, cost }: Known): string[] {
  const experiments = Math.ceil(volunteers / MOST_RUNS);
  const each = volunteers / experiments;
  const busy = (n: number) => (n * callsEach * (cost.fixed + n * cost.perLease)) / 1000;
  const load = (share: number) => `${(100 * share).toFixed(0)} % of a thread${share > 1 ? ": breaks" : ""}`;
  const aDay = (86_400 * volunteers * last.tally.results) / last.seconds / last.volunteers;
  const dollars = (Object.values(costOfAMillion(useOfShard())).reduce((sum, one) => sum + one, 0) * aDay) / 1e6;
  return [
    volunteers.toLocaleString("en"),
    String(experiments),
    (volunteers * callsEach).toFixed(0),
    load(busy(each)),
    load(busy(each / gateways)),
    (aDay / 1e6).toFixed(2),
    dollars.toFixed(0),
  ];
}

export const putScale = (scaled: Scaled, command: string): Promise<void> =>
  putSection("docs/scale.md", "scale", `${scaleTables(scaled)}\n\n${measuredOn(command)}`);
