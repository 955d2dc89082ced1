import { type ChildProcess, fork } from "node:child_process";
import { mkdirSync, openSync } from "node:fs";
import path from "node:path";
import { StudySnapshot } from "../shared/protocol/snapshot.ts";
import { type Arguments, readArguments, USAGE } from "./fleet/arguments.ts";
import { KeptAlive } from "./fleet/kept-alive.ts";
import { orderOfNeed, type Standing, standings } from "./fleet/order.ts";
import { progressLine, speed, timeLeft } from "./fleet/time-left.ts";
import { fetchJson } from "./snapshot/recompute.ts";
import { takeSnapshot } from "./snapshot/take.ts";

/** `npm run fleet`: see USAGE. This file only connects; what is decided stands in fleet/. */
const LOOK_MS = 20_000;
const SPEED_OVER_MS = 10 * 60_000;
const COORDINATOR_PATIENCE_MS = 120_000;

const options = readOptions();
const startedMs = Date.now();
const origin = options.url ?? `http://127.0.0.1:${options.port}`;
const logs = path.join(options.state, "log");
mkdirSync(logs, { recursive: true });

const coordinator =
  options.url === null
    ? keep("coordinator", "fleet/coordinator-process.ts", [path.join(options.state, "coordinator"), String(options.port)])
    : null;
let volunteers: readonly KeptAlive[] = [];
let stopped: { readonly why: string } | null = null;
let wake: () => void = () => undefined;
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  // npm and the terminal may both hand on one Ctrl-C: only another one later insists.
  let firstMs = 0;
  process.on(signal, () => {
    if (firstMs !== 0 && Date.now() - firstMs > 1_000) process.exit(1);
    firstMs ||= Date.now();
    stop("Stopped");
  });
}

let code = 0;
try {
  await work();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  code = 1;
}
await Promise.all(volunteers.map((volunteer) => volunteer.stop()));
await write("At the end").catch((error: unknown) => {
  say(error instanceof Error ? error.message : String(error));
  code = 1;
});
await coordinator?.stop();
process.exit(code);

async function work(): Promise<void> {
  say(
    `${options.url === null ? "Starting a coordinator" : "Joining the coordinator"} at ${origin}; state and logs: ${options.state}`,
  );
  let rows = await firstLook();
  volunteers = Array.from({ length: options.volunteers }, (_, i) => {
    const name = `volunteer-${i + 1}`;
    const own = ["--url", origin, "--threads", String(options.threads), "--state", path.join(options.state, "volunteers")];
    return keep(name, "volunteer.ts", [...own, ...(options.alias === undefined ? [] : ["--alias", options.alias])]);
  });
  const looks: { steps: number; atMs: number }[] = [];
  let writtenMs = Date.now();
  for (let line = ""; !stopped;) {
    const order = orderOfNeed(rows, options.wanted);
    if (order.length === 0) return stop("Every wanted run is finished");
    if (Date.now() - startedMs > options.hours * 3_600_000) return stop(`${options.hours} hours are over`);
    for (const { child } of volunteers) if (child?.connected) child.send({ experiments: order });

    looks.push({ steps: rows.reduce((sum, row) => sum + row.trainedSteps, 0), atMs: Date.now() });
    while (looks.length > 2 && Date.now() - looks[0]!.atMs > SPEED_OVER_MS) looks.shift();
    const next = progressLine(
      rows,
      looks.length < 2 ? null : speed(looks[0]!, looks.at(-1)!),
      timeLeft(rows, options.volunteers),
    );
    if (next !== line) say((line = next));

    if (Date.now() - writtenMs > options.everyMinutes * 60_000) {
      writtenMs = Date.now();
      await write("Meanwhile").catch((error: unknown) => say(error instanceof Error ? error.message : String(error)));
    }
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, LOOK_MS);
      wake = () => (clearTimeout(timer), resolve());
    });
    // A coordinator that is being started again does not answer: what was seen last holds.
    rows = await look().catch(() => rows);
  }
}

function stop(why: string): void {
  if (stopped) return;
  stopped = { why };
  say(`${why}: the volunteers give their shards back ...`);
  wake();
}

async function look(): Promise<Standing[]> {
  return standings(StudySnapshot.parse(await fetchJson(`${origin}/api/snapshot`)).experiments, options.wanted);
}

/** The study's object may still be making its experiments: it is asked until it has them. */
async function firstLook(): Promise<Standing[]> {
  for (;;) {
    try {
      const rows = await look();
      if (rows.length > 0) return rows;
      throw new Error(`${origin} has no experiments yet`);
    } catch (error) {
      if (error instanceof RangeError || stopped || Date.now() - startedMs > COORDINATOR_PATIENCE_MS) throw error;
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  }
}

async function write(when: string): Promise<void> {
  const taken = await takeSnapshot(origin, options.out);
  if (!taken) return say("No results yet: no snapshot was written.");
  say(
    `${when}: wrote ${path.relative(process.cwd(), options.out)} (${(taken.bytes / 1e6).toFixed(2)} MB), recomputed from the results: same bytes`,
  );
}

/** Starts one of this folder's scripts in a process group of its own, so that Ctrl-C reaches it through here and in order. */
function keep(name: string, script: string, args: readonly string[]): KeptAlive {
  const start = (): ChildProcess => {
    const log = openSync(path.join(logs, `${name}.log`), "a");
    return fork(path.join(import.meta.dirname, script), [...args], { detached: true, stdio: ["ignore", log, log, "ipc"] });
  };
  return new KeptAlive(name, start, say);
}

function say(text: string): void {
  console.log(`${new Date().toISOString().slice(11, 19)}  ${text}`);
}

function readOptions(): Arguments {
  try {
    const read = readArguments(process.argv.slice(2));
    if (read !== "help") return read;
    console.log(USAGE);
    process.exit(0);
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
    process.exit(2);
  }
}
