import { mkdirSync } from "node:fs";
import path from "node:path";
import { optionsOf, say } from "./command-line.ts";
import { readArguments, USAGE } from "./fleet/arguments.ts";
import { freePort } from "./fleet/free-port.ts";
import type { KeptAlive } from "./fleet/kept-alive.ts";
import { keptScript } from "./fleet/kept-script.ts";
import { orderOfNeed, type Standing, standings } from "./fleet/order.ts";
import { reporter } from "./fleet/reporter.ts";
import { lock } from "./lock.ts";
import { parseSnapshot } from "./snapshot/parse.ts";
import { fetchJson } from "./snapshot/recompute.ts";
import { takeSnapshot } from "./snapshot/take.ts";

/** `npm run fleet`: see USAGE. This file only connects; what is decided stands in fleet/. */
const LOOK_MS = 20_000;
const COORDINATOR_PATIENCE_MS = 120_000;

const options = optionsOf(readArguments, USAGE);
const startedMs = Date.now();
const logs = path.join(options.state, "log");
mkdirSync(logs, { recursive: true });
if (!lock(path.join(options.state, "lock"))) {
  console.error(`${options.state}: another fleet works in this folder. Stop it, or give this one a --state of its own.`);
  process.exit(1);
}
const port = options.url === null ? await freePort(options.port).catch(giveUp) : 0;
const origin = options.url ?? `http://127.0.0.1:${port}`;

const coordinator =
  options.url === null
    ? keptScript(logs, "coordinator", "fleet/coordinator-process.ts", () => [
        path.join(options.state, "coordinator"),
        String(port),
      ])
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
  let order = orderOfNeed(rows, options.wanted);
  const report = reporter(options.volunteers, say);
  volunteers = Array.from({ length: options.volunteers }, (_, i) =>
    keptScript(logs, `volunteer-${i + 1}`, "volunteer.ts", () => volunteerArguments(order)),
  );
  let writtenMs = Date.now();
  while (!stopped) {
    order = orderOfNeed(rows, options.wanted);
    report(rows, Date.now());
    if (order.length === 0) return stop("Every wanted run is finished");
    if (Date.now() - startedMs > options.hours * 3_600_000) return stop(`${options.hours} hours are over`);
    for (const { child } of volunteers) if (child?.connected) child.send({ experiments: order }, () => undefined);
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

/** @param order experiments to begin with; later ones are sent */
function volunteerArguments(order: readonly string[]): string[] {
  return [
    ...["--url", origin, "--threads", String(options.threads), "--state", path.join(options.state, "volunteers")],
    ...(options.alias === undefined ? [] : ["--alias", options.alias]),
    ...order.flatMap((id) => ["--experiment", id]),
  ];
}

function stop(why: string): void {
  if (stopped) return;
  stopped = { why };
  say(`${why}: the volunteers give their shards back ...`);
  wake();
}

async function look(): Promise<Standing[]> {
  return standings(parseSnapshot(await fetchJson(`${origin}/api/snapshot`), origin).experiments, options.wanted);
}

/** The study's object may still be making its experiments: it is asked until it has them. */
async function firstLook(): Promise<Standing[]> {
  for (;;) {
    const answers = await fetch(`${origin}/api/health`).then(
      ({ ok }) => ok,
      () => false,
    );
    const rows = answers ? await look() : [];
    if (rows.length > 0 || stopped) return rows;
    if (Date.now() - startedMs > COORDINATOR_PATIENCE_MS) {
      throw new Error(
        answers ? `${origin} has no experiments of the study.` : `${origin}: nobody answers. Its log is ${logs}/coordinator.log.`,
      );
    }
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

async function write(when: string): Promise<void> {
  const taken = await takeSnapshot(origin, options.out);
  if (!taken) return say("No results yet: no snapshot was written.");
  say(
    `${when}: wrote ${path.relative(process.cwd(), options.out)} (${(taken.bytes / 1e6).toFixed(2)} MB), recomputed from the results: same bytes`,
  );
}

function giveUp(error: Error): never {
  console.error(error.message);
  process.exit(1);
}
