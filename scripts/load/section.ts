import { measuredOn, putSection } from "../bench/document.ts";
import { markdown, show } from "../bench/table.ts";
import type { Growth } from "../soak/growth.ts";
import type { Measured } from "./measure.ts";
import { costOfAMillion, freeResults, type Use } from "./prices.ts";
import { ROWS_WRITTEN } from "./rows-written.ts";

/** What a load came to. */
export interface Loaded {
  readonly volunteers: number;
  readonly gateways: number;
  readonly session: Measured;
  /** By kind, by how many were asked at once. */
  readonly kinds: ReadonlyMap<string, ReadonlyMap<number, Measured>>;
  /** The part that watched memory. */
  readonly seconds: number;
  readonly requests: number;
  /** Of the process, and of the Worker's JavaScript heap after garbage was collected. */
  readonly memory: Growth | null;
  readonly heap: Growth | null;
}

/** A volunteer's shard, as its loop asks for it: seconds of training, and requests that bind intervals. */
interface Shard {
  readonly name: string;
  readonly seconds: number;
  readonly commits: number;
}
const SHARDS: readonly Shard[] = [
  { name: "deep linear network, 2,500 steps", seconds: 180, commits: 5 },
  { name: "VGG pilot, 200 steps", seconds: 180, commits: 9 },
];
/** Seconds between heartbeats, between parts that are left behind, and between deadlines that are put off. */
const [HEARTBEAT, PART, EXTENSION] = [25, 60, 20];
/** An interval that is drawn has its states stored at both ends; after the first shards one shard in five has one. */
const DRAWN_STATES = 2 / 5;

/** The same without a measurement of processor time, which costs least of all. */
export const useOfShard = (): Use => useOf(SHARDS[0]!, null);

/** What the platform is asked for one result. @param loaded null: its processor time is left out */
function useOf({ seconds, commits }: Shard, loaded: Pick<Loaded, "kinds"> | null): Use {
  const heartbeats = Math.floor(seconds / HEARTBEAT);
  const parts = Math.floor(seconds / PART) - 1;
  const checkpoints = 1 + parts + DRAWN_STATES;
  const cpu = (kind: string) => {
    if (!loaded) return 0;
    const { cpuMs, requests } = loaded.kinds.get(kind)!.get(8)!;
    return cpuMs / requests;
  };
  return {
    // The next lease comes with the hand-in, as one request; the object is asked for both.
    requests: heartbeats + commits + parts + checkpoints + 1,
    objectRequests: heartbeats + commits + parts + checkpoints + 2,
    cpuMs:
      heartbeats * cpu("heartbeat") +
      commits * cpu("commit of an interval") +
      checkpoints * cpu("checkpoint") +
      // A part is checked as a result is.
      (1 + parts) * cpu("hand-in") +
      cpu("lease"),
    rowsWritten:
      ROWS_WRITTEN.lease +
      Math.floor(seconds / EXTENSION) * ROWS_WRITTEN.extension +
      checkpoints * ROWS_WRITTEN.checkpoint +
      parts * ROWS_WRITTEN.part +
      ROWS_WRITTEN.shard +
      (commits - 1) * ROWS_WRITTEN.commit,
    kvReads: 2,
    stored: checkpoints,
    looked: 1 + parts + checkpoints,
  };
}

export function loadTable(loaded: Loaded): string {
  const { kinds, session, memory, heap, seconds, requests } = loaded;
  const sizes = [...new Set([...kinds.values()].flatMap((row) => [...row.keys()]))];
  const header = ["", ...sizes.flatMap((n) => [`${n} at once: a second`, "CPU ms", "p99 ms"])];
  const rows = [...kinds].map(([kind, row]) => [
    kind,
    ...sizes.flatMap((n) => {
      const one = row.get(n);
      return one
        ? [(one.requests / one.seconds).toFixed(0), show(one.cpuMs / one.requests), one.p99Ms.toFixed(0)]
        : ["-", "-", "-"];
    }),
  ]);
  return `${markdown([header, ...rows])}

A session takes ${show(session.cpuMs / session.requests)} CPU ms. CPU is that of workerd, all threads, with its stand-ins for KV and R2; the wall clock is shared with those who ask. Over ${seconds} s and ${requests} requests the JavaScript heap of the Worker and its objects, after garbage is collected, is ${grown(heap)}; the process, which holds the stand-ins too and whose allocator gives little back, ${grown(memory)}.

${costTable(loaded)}`;
}

const grown = (growth: Growth | null): string =>
  growth
    ? `${growth.medianMb.toFixed(1)} MB, at most ${growth.largestMb.toFixed(1)}, growing by ${show(growth.mbPerMinute)} MB a minute`
    : "not watched for long enough to say";

/** What a result costs, and what the free plan has room for. */
function costTable(loaded: Pick<Loaded, "kinds">): string {
  const header = ["a result costs", ...SHARDS.map(({ name }) => name)];
  const uses = SHARDS.map((shard) => useOf(shard, loaded));
  const line = (name: string, of: (use: Use) => string) => [name, ...uses.map(of)];
  const dollars = (use: Use) => Object.values(costOfAMillion(use)).reduce((sum, each) => sum + each, 0);
  const parts = (use: Use) =>
    Object.entries(costOfAMillion(use))
      .map(([what, cost]) => `${what} ${cost.toFixed(2)}`)
      .join(", ");
  const day = (use: Use) => freeResults(use)[0]!;
  return markdown([
    header,
    line("requests to the Worker", ({ requests }) => requests.toFixed(1)),
    line("requests to objects", ({ objectRequests }) => objectRequests.toFixed(1)),
    line("CPU ms", ({ cpuMs }) => cpuMs.toFixed(0)),
    line("rows written", ({ rowsWritten }) => rowsWritten.toFixed(0)),
    line("a million at the published prices, $", (use) => `${dollars(use).toFixed(2)} (${parts(use)})`),
    line(
      "free plan: results a day",
      (use) =>
        `${day(use).results} (${day(use).binds} bind first, then ${freeResults(use)[1]!.binds} at ${freeResults(use)[1]!.results})`,
    ),
    [
      "free plan: volunteers around the clock",
      ...uses.map((use, i) => String(Math.floor((day(use).results * SHARDS[i]!.seconds) / 86_400))),
    ],
  ]);
}

export async function putLoad(loaded: Loaded): Promise<void> {
  const command = `npm run load -- --seconds ${loaded.seconds}`;
  await putSection("docs/load.md", "load", `${loadTable(loaded)}\n\n${measuredOn(command)}`);
  await putSection("README.md", "load", `${costTable(loaded)}\n\n${measuredOn(command)} See [docs/load.md](docs/load.md).`);
}
