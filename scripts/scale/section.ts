import { measuredOn, putSection } from "../bench/document.ts";
import { markdown, percent } from "../bench/table.ts";
import { costOfAMillion } from "../load/prices.ts";
import { useOfShard } from "../load/section.ts";
import { breaksAt, callCost, pointOf } from "./breaking.ts";
import type { Load, Stretch } from "./stretch.ts";

/** What the simulations came to. */
export interface Scaled {
  /** At one experiment: with one object, and with gateways. */
  readonly alone: readonly Stretch[];
  readonly spread: readonly Stretch[];
  /** At a whole study. */
  readonly crowds: readonly Stretch[];
}

export function scaleTables({ alone, spread, crowds }: Scaled): string {
  const points = alone.map(pointOf);
  const cost = callCost(points);
  const last = points.at(-1)!;
  const callsEach = last.calls / last.volunteers;
  const atMost = (cost.fixed + last.volunteers * cost.perLease).toFixed(2);
  return `${oneExperiment([...alone, ...spread])}

A volunteer makes ${callsEach.toFixed(3)} calls a second. One takes an object without gateways ${cost.fixed.toFixed(2)} ms and ${(1000 * cost.perLease).toFixed(2)} microseconds for each volunteer there (least squares over the rows without gateways; ${atMost} ms with ${last.volunteers}): **its thread would be full at ${breaksAt(cost, callsEach)} volunteers.**

${crowdTable(crowds)}`;
}

const one = ({ busiest }: Load) => `${busiest.calls.toFixed(1)} (${percent(busiest.busy)})`;

function oneExperiment(stretches: readonly Stretch[]): string {
  const header = [
    "volunteers at one experiment",
    "gateways",
    "its own object: calls a second (thread)",
    "busiest gateway",
    "results",
  ];
  const rows = stretches.map(({ volunteers, gateways, roots, gateway, tally }) => [
    String(volunteers),
    String(gateways),
    one(roots),
    gateways === 0 ? "-" : one(gateway),
    String(tally.results),
  ]);
  return markdown([header, ...rows]);
}

/** Crowds at a whole study. */
export function crowdTable(crowds: readonly Stretch[]): string {
  const line = (name: string, of: (crowd: Stretch) => string) => [name, ...crowds.map(of)];
  const perResult = (n: number, { tally }: Stretch) => (tally.results === 0 ? "-" : (n / tally.results).toFixed(1));
  return markdown([
    ["a whole study", ...crowds.map(({ volunteers }) => `${volunteers.toLocaleString("en")} volunteers`)],
    line("experiments for them x runs", ({ experiments, runs }) => `${experiments} x ${runs}`),
    line("objects in all", ({ roots, gateway, taken, home }) =>
      String(roots.objects + gateway.objects + taken.objects + home.objects + 1),
    ),
    line("virtual seconds watched", ({ seconds }) => String(seconds)),
    line("calls a second in all", ({ calls, seconds }) => (calls / seconds).toFixed(0)),
    line("busiest gateway: calls a second (thread)", ({ gateway }) => one(gateway)),
    line("busiest experiment's own object", ({ roots }) => one(roots)),
    line("busiest object that has given out all", ({ taken }) => one(taken)),
    line("the study's object", ({ study }) => one(study)),
    line("busiest home of volunteers; how many", ({ home }) => (home.objects === 0 ? "-" : `${one(home)}; ${home.objects}`)),
    line("all threads together", (crowd) =>
      [crowd.gateway, crowd.roots, crowd.taken, crowd.study, crowd.home].reduce((sum, { all }) => sum + all.busy, 0).toFixed(2),
    ),
    line("results a second", ({ tally, seconds }) => (tally.results / seconds).toFixed(1)),
    line("calls to objects a result", (crowd) => perResult(crowd.calls, crowd)),
    line("rows a result (indexes not counted)", (crowd) => perResult(crowd.rows, crowd)),
    line("ms of an isolate for a question about a lease", ({ isolateMs }) => isolateMs.toFixed(2)),
    line("KV writes a minute", ({ kvWrites, seconds }) => ((60 * kvWrites) / seconds).toFixed(0)),
    line("KV writes, $ a day", ({ kvWrites, seconds }) => ((86_400 * 5 * kvWrites) / seconds / 1e6).toFixed(2)),
    line(
      "largest database, MB; all",
      ({ largestStore, stores }) => `${(largestStore / 1e6).toFixed(1)}; ${(stores / 1e6).toFixed(0)}`,
    ),
    line("a million results at the published prices, $", (crowd) => dollars(crowd).toFixed(2)),
    line("results a day, million; $", (crowd) => {
      const aDay = (86_400 * crowd.tally.results) / crowd.seconds / 1e6;
      return `${aDay.toFixed(2)}; ${(aDay * dollars(crowd)).toFixed(0)}`;
    }),
    line("simulated in, s", ({ tookSeconds }) => tookSeconds.toFixed(0)),
  ]);
}

/** Rows that a gateway's result takes once more at its experiment's own object: itself and in two indexes, and its run. */
const ROWS_OF_ROOT = 4;

/** For a million results: rows as workerd counts them, calls and processor time as they came here. Writes to KV and requests to the Worker for leases in vain are not in it. */
function dollars({ tally, calls, gateways, roots, gateway, taken, study, home, seconds }: Stretch): number {
  const use = useOfShard();
  const busyMs = [roots, gateway, taken, study, home].reduce((sum, { all }) => sum + all.busy, 0) * 1000 * seconds;
  const whole = {
    ...use,
    cpuMs: busyMs / tally.results,
    objectRequests: calls / tally.results,
    rowsWritten: use.rowsWritten + (gateways === 0 ? 0 : ROWS_OF_ROOT),
  };
  return Object.values(costOfAMillion(whole)).reduce((sum, each) => sum + each, 0);
}

/** A few lines of it. */
function briefTable(crowds: readonly Stretch[]): string {
  const line = (name: string, of: (crowd: Stretch) => string) => [name, ...crowds.map(of)];
  return markdown([
    ["a crowd at a whole study", ...crowds.map(({ volunteers }) => `${volunteers.toLocaleString("en")} volunteers`)],
    line("calls to objects a second", ({ calls, seconds }) => (calls / seconds).toFixed(0)),
    line("busiest gateway: calls a second (thread)", ({ gateway }) => one(gateway)),
    line("the study's object", ({ study }) => one(study)),
    line("busiest home of volunteers", ({ home }) => (home.objects === 0 ? "-" : one(home))),
    line("a million results at the published prices, $", (crowd) => dollars(crowd).toFixed(2)),
  ]);
}

export async function putScale(scaled: Scaled, command: string): Promise<void> {
  const where = measuredOn(command);
  await putSection("docs/scale.md", "scale", `${scaleTables(scaled)}\n\n${where}`);
  await putSection(
    "README.md",
    "scale",
    `${briefTable(scaled.crowds)}\n\n${where} What breaks first: [docs/scale.md](docs/scale.md).`,
  );
}
