import { mkdirSync } from "node:fs";
import path from "node:path";
import { SocketTransport } from "../shared/volunteer/socket-transport.ts";
import { optionsOf, say } from "./command-line.ts";
import { someone } from "./crowd/someone.ts";
import { readArguments, USAGE } from "./load/arguments.ts";
import { bundle } from "./load/bundle.ts";
import { heapAfterGarbage } from "./load/heap.ts";
import { type LocalCoordinator, startLocal } from "./load/local-coordinator.ts";
import { measure, type Measured, together } from "./load/measure.ts";
import { type Loaded, loadTable, putLoad } from "./load/section.ts";
import { Shift } from "./load/shift.ts";
import { growthOf, type Sample } from "./soak/growth.ts";
import { residentBytes } from "./soak/resident.ts";
import { nodeClock, nodeFetch } from "./volunteer/node-ports.ts";
import { httpTransport } from "../shared/volunteer/transport.ts";

/** `npm run load`: see USAGE. This file only connects; what is counted stands in load/. */
const VOLUNTEERS = 32;
const AT_ONCE = [1, 8, 32] as const;
/** Memory is looked at so often; the first third warms up. */
const SAMPLE_MS = 2_000;

const options = optionsOf(readArguments, USAGE);
const folder = path.resolve(import.meta.dirname, "../.cache/load");
mkdirSync(folder, { recursive: true });
say("Bundling the Worker ...");
const coordinator = await startLocal(bundle("workers/index.ts", folder), { GATEWAYS: String(options.gateways) });
let code = 0;
try {
  const loaded = await load(coordinator);
  console.log(loadTable(loaded));
  if (options.table) await putLoad(loaded);
} catch (error) {
  console.error(error);
  code = 1;
}
await coordinator.close();
process.exit(code);

async function load({ origin, pid, inspector }: LocalCoordinator): Promise<Loaded> {
  const { experiments } = (await (await fetch(`${origin}/api/snapshot`)).json()) as {
    experiments: { experiment: { id: string } }[];
  };
  const ids = experiments.map(({ experiment }) => experiment.id).filter((id) => id.startsWith("deep-linear"));
  const people = await Promise.all(Array.from({ length: VOLUNTEERS }, (_, i) => someone(i)));
  const shifts = people.map((who) => new Shift(who, origin));
  say(`${VOLUNTEERS} volunteers at ${origin}`);
  const session = await measure(
    pid,
    shifts.map((shift) => () => shift.openSession()),
    8,
  );

  const kinds = new Map<string, Map<number, Measured>>();
  const note = async (kind: string, atOnce: number, things: readonly (() => Promise<unknown>)[]) => {
    const measured = await measure(pid, things, atOnce);
    const row = kinds.get(kind) ?? new Map<number, Measured>();
    kinds.set(kind, row);
    row.set(atOnce, row.has(atOnce) ? together([row.get(atOnce)!, measured]) : measured);
  };
  const round = async (atOnce: number, words: string, of: readonly Shift[]) => {
    const work = (each: (shift: Shift, i: number) => Promise<unknown>) => of.map((shift, i) => () => each(shift, i));
    await note(
      `lease${words}`,
      atOnce,
      work((shift, i) => must(shift.lease(ids[i % ids.length]))),
    );
    await Promise.all(of.map((shift) => shift.prepare()));
    // Interval by interval: each has to come after the one before.
    const most = Math.max(...of.map(({ intervals }) => intervals));
    for (let i = 0; i < most; i++) {
      const bind = of.filter(({ intervals }) => i < intervals).map((shift) => () => shift.commit(i, i + 1));
      await note(`commit of an interval${words}`, atOnce, bind);
    }
    await note(
      `heartbeat${words}`,
      atOnce,
      work((shift) => shift.heartbeat()),
    );
    await note(
      "checkpoint",
      atOnce,
      of.flatMap((shift) => shift.due.map((sha256) => () => shift.store(sha256))),
    );
    await note(
      `hand-in${words}`,
      atOnce,
      work((shift) => shift.handIn()),
    );
  };
  await round(8, " (warm-up)", shifts);
  kinds.clear();
  for (const atOnce of AT_ONCE) {
    say(`HTTP, ${atOnce} at once`);
    await round(atOnce, "", atOnce === 1 ? shifts.slice(0, 8) : shifts);
    const reads = atOnce === 1 ? 20 : 100;
    const read = (url: string) => Array.from({ length: reads }, (_, i) => () => shifts[i % VOLUNTEERS]!.read(url));
    await note("read a snapshot", atOnce, read(`/api/snapshot/${ids[0]}`));
    await note("read the versions", atOnce, read("/api/versions"));
  }
  say("WebSockets");
  const lines = people.map((who) => {
    const http = httpTransport(nodeFetch, origin);
    const open = () => new WebSocket(`${origin.replace(/^http/, "ws")}/api/socket`);
    return new Shift(who, origin, new SocketTransport({ open, http, clock: nodeClock, random: Math.random }));
  });
  for (const line of lines) await line.openSession();
  for (const atOnce of AT_ONCE) await round(atOnce, " over a socket", atOnce === 1 ? lines.slice(0, 8) : lines);

  say(`Memory, ${options.seconds} s of heartbeats, reads, and leases given back`);
  for (const shift of shifts) await must(shift.lease(ids[0]));
  const samples: Sample[] = [];
  const heaps: Sample[] = [];
  const began = Date.now();
  let requests = 0;
  const minute = () => (Date.now() - began) / 60_000;
  const isOver = () => Date.now() - began >= 1000 * options.seconds;
  const looking = async () => {
    while (!isOver()) {
      const bytes = await heapAfterGarbage(inspector, origin);
      heaps.push({ minute: minute(), bytes });
      samples.push({ minute: minute(), bytes: residentBytes(pid) });
      await new Promise((resolve) => setTimeout(resolve, SAMPLE_MS));
    }
  };
  const asking = async (shift: Shift, i: number) => {
    while (!isOver()) {
      await shift.heartbeat();
      await shift.read(`/api/snapshot/${ids[i % ids.length]}`);
      await shift.giveBack();
      await must(shift.lease(ids[0]));
      requests += 4;
    }
  };
  await Promise.all([looking(), ...shifts.slice(0, 8).map(asking)]);
  return {
    ...{ volunteers: VOLUNTEERS, gateways: options.gateways, session, kinds, seconds: options.seconds, requests },
    memory: growthOf([samples], options.seconds / 180),
    heap: growthOf([heaps], options.seconds / 180),
  };
}

/** @param lease asks for one, and says why there was none */
async function must(lease: Promise<string | null>): Promise<void> {
  const why = await lease;
  if (why !== null) throw new Error(`load: got no shard, want one: ${why}`);
}
