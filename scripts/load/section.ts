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
  readonly memory: Growth | null;
}

/** A volunteer's shard, as its loop asks for it: seconds of training, intervals that it is bound in, and intervals drawn. */
interface Shard {
  readonly name: string;
  readonly seconds: number;
  readonly intervals: number;
}
const SHARDS: readonly Shard[] = [
  { name: "deep linear network, 2,500 steps", seconds: 180, intervals: 5 },
  { name: "VGG pilot, 200 steps", seconds: 180, intervals: 40 },
];
/** Seconds between heartbeats; the most at which commits are sent. */
const [HEARTBEAT, COMMIT] = [25, 4];
/** An interval that is drawn has its states stored at both ends; after the first shards one shard in five has one. */
const DRAWN_STATES = 2 / 5;

/** What the platform is asked for one result. */
export function useOf({ seconds, intervals }: Shard, { kinds }: Pick<Loaded, "kinds">): Use {
  const heartbeats = Math.floor(seconds / HEARTBEAT);
  const commits = Math.min(intervals, Math.floor(seconds / COMMIT));
  const checkpoints = 1 + DRAWN_STATES;
  const cpu = (kind: string) => {
    const { cpuMs, requests } = kinds.get(kind)!.get(8)!;
    return cpuMs / requests;
  };
  return {
    // The next lease comes with the hand-in, as one request; the object is asked for both.
    requests: heartbeats + commits + checkpoints + 1,
    objectRequests: heartbeats + commits + checkpoints + 2,
    cpuMs:
      heartbeats * cpu("heartbeat") +
      commits * cpu("commit of an interval") +
      checkpoints * cpu("checkpoint") +
      cpu("hand-in") +
      cpu("lease"),
    rowsWritten:
      ROWS_WRITTEN.lease +
      heartbeats * ROWS_WRITTEN.heartbeat +
      checkpoints * ROWS_WRITTEN.checkpoint +
      ROWS_WRITTEN.shard +
      // Commits that come together save the rows of their requests.
      (intervals - 1) * ROWS_WRITTEN.interval -
      (intervals - commits) * 2,
    kvReads: 2,
    stored: checkpoints,
    looked: 1 + checkpoints,
  };
}

export function loadTable(loaded: Loaded): string {
  const { kinds, session, memory, seconds, requests } = loaded;
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

A session takes ${show(session.cpuMs / session.requests)} CPU ms. CPU is that of workerd, all threads, with its stand-ins for KV and R2; the wall clock is shared with those who ask. Memory over ${seconds} s and ${requests} requests: ${memory ? `${memory.medianMb.toFixed(0)} MB, at most ${memory.largestMb.toFixed(0)}, growing by ${show(memory.mbPerMinute)} MB a minute` : "too short to say"}.

${costTable(loaded)}`;
}

/** What a result costs, and what the free plan has room for. */
export function costTable(loaded: Pick<Loaded, "kinds">): string {
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
