import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, rmSync } from "node:fs";
import path from "node:path";
import type { StudySnapshot } from "../shared/protocol/snapshot.ts";
import { openCoordinator } from "../shared/volunteer/coordinator.ts";
import { optionsOf, say } from "./command-line.ts";
import { freePort } from "./fleet/free-port.ts";
import type { KeptAlive } from "./fleet/kept-alive.ts";
import { keptScript } from "./fleet/kept-script.ts";
import { bundle } from "./load/bundle.ts";
import { heapAfterGarbage } from "./load/heap.ts";
import { parseSnapshot } from "./snapshot/parse.ts";
import { fetchJson } from "./snapshot/recompute.ts";
import { takeSnapshot } from "./snapshot/take.ts";
import { readArguments, USAGE } from "./soak/arguments.ts";
import { byResults, byResultsTable, GROWTH_BELOW, growthByResult } from "./soak/by-results.ts";
import { controlled, controlTable } from "./soak/control.ts";
import { type Disturbance, nextDisturbance } from "./soak/disturbances.ts";
import { growthOf, WARM_MINUTES } from "./soak/growth.ts";
import { acknowledged, type Kept, readKept } from "./soak/kept.ts";
import { Lives } from "./soak/lives.ts";
import { inTurns, KEPT_BELOW, keptPerTurn, networksOfStudy, networksTable } from "./soak/networks.ts";
import { firstLine, PageVolunteer } from "./soak/page-volunteer.ts";
import { trainedNow } from "./soak/trained-now.ts";
import { killAll, residentBytes, tree } from "./soak/resident.ts";
import { putByResults, putControl, putNetworks, putSoak, type Soaked, soakTable, verdictsOf } from "./soak/section.ts";
import { stuckRuns } from "./soak/stuck.ts";
import { whenAsked } from "./start/process-tree.ts";
import { fileKeys } from "./volunteer/keys.ts";

/** `npm run soak`: see USAGE. This file only connects; what is decided stands in soak/. */
const SAMPLE_MS = 15_000;
const PATIENCE_MS = 180_000;
const [NETWORK_TURNS, WARM_TURNS] = [12, 6];
const [RESULTS, WARM_RESULTS] = [160, 40];
const [CONTROL_REQUESTS, CONTROL_EVERY] = [60_000, 10_000];
/** What each command-line volunteer trains first: one of each kind of network. */
const VOLUNTEERS = ["deep-linear", "training"] as const;

const options = optionsOf(readArguments, USAGE);
if (process.platform !== "linux") throw new Error(`soak: got ${process.platform}, want Linux: memory is read from /proc`);
if (options.control) await control();
if (options.networks) await networks();
const root = path.resolve(import.meta.dirname, "..");
if (!existsSync(path.join(root, "dist/index.html")))
  spawnSync(process.execPath, ["scripts/build.ts"], { stdio: "inherit", cwd: root });
rmSync(options.state, { recursive: true, force: true });
const logs = path.join(options.state, "log");
mkdirSync(logs, { recursive: true });
const port = await freePort(null);
// The auditor's and the coordinator's, where no list of processes shows it.
process.env["OPERATOR_TOKEN"] = crypto.randomUUID();
process.env["VARIABLES"] = JSON.stringify({ PUBLISH_SECONDS: "15", OPERATOR_TOKEN: process.env["OPERATOR_TOKEN"] });
const origin = `http://127.0.0.1:${port}`;

const inspector = await freePort(null);
const worker = bundle("workers/index.ts", path.join(options.state, "bundle"));
if (options.coordinator) await madeUp();

const coordinator = keptScript(logs, "coordinator", "load/coordinator-process.ts", () => [
  ...[path.join(options.state, "coordinator"), worker, String(port), String(inspector), path.join(root, "dist")],
]);
const duty = ["--duty", String(options.duty)];
let volunteers: readonly KeptAlive[] = [];
let auditor: KeptAlive | null = null;
let page: PageVolunteer | null = null;
let pageTrouble: string | null = null;
whenAsked(() => void end(1));

const lives = new Lives();
const startedMs = Date.now();
const done: { readonly what: Disturbance; readonly minute: number }[] = [];
try {
  const failed = verdictsOf(await soak()).filter(({ holds }) => !holds);
  for (const { words } of failed) say(`FAILED: ${words}`);
  await end(failed.length > 0 ? 1 : 0);
} catch (error) {
  console.error(error);
  await end(1);
}

async function control(): Promise<never> {
  say(`${CONTROL_REQUESTS} requests to a Worker that does nothing ...`);
  const alone = await controlled(CONTROL_REQUESTS, CONTROL_EVERY, false);
  say("The same, and its garbage is collected ...");
  const table = controlTable(alone, await controlled(CONTROL_REQUESTS, CONTROL_EVERY, true), CONTROL_EVERY);
  console.log(table);
  if (options.table) await putControl(table);
  process.exit(0);
}

async function networks(): Promise<never> {
  const specs = networksOfStudy();
  say(`${specs.length} networks one after another, ${NETWORK_TURNS} turns, glibc left alone ...`);
  const alone = await inTurns(specs, NETWORK_TURNS, false);
  say("The same, and large blocks are returned to the system ...");
  const returned = await inTurns(specs, NETWORK_TURNS, true);
  const table = networksTable(alone, returned, WARM_TURNS);
  console.log(table);
  if (options.table) await putNetworks(table);
  process.exit(keptPerTurn(returned, WARM_TURNS) < KEPT_BELOW ? 0 : 1);
}

async function madeUp(): Promise<never> {
  say(`${RESULTS} results that are made up ...`);
  const place = { folder: path.join(options.state, "coordinator"), assets: path.join(root, "dist") };
  const stages = await byResults(worker, place, RESULTS, ({ results, residentBytes: bytes }) => {
    if (results % 20 === 0) say(`${results} of ${RESULTS} results: ${Math.round(bytes / 1e6)} MB`);
  });
  const table = byResultsTable(stages, WARM_RESULTS);
  console.log(table);
  if (options.table) await putByResults(table);
  process.exit(growthByResult(stages, WARM_RESULTS).workerd < GROWTH_BELOW ? 0 : 1);
}

async function soak(): Promise<Soaked> {
  const study = await answering();
  const ids = VOLUNTEERS.map(
    (name) => study.experiments.find(({ experiment: { id } }) => new RegExp(`^${name}-(pilot|paper)-`).test(id))!.experiment.id,
  );
  volunteers = ids.map((id, i) =>
    keptScript(logs, `volunteer-${i + 1}`, "volunteer.ts", () => [
      ...["--url", origin, "--threads", "1", ...duty, "--experiment", id, "--state", volunteerState(i)],
    ]),
  );
  auditor = keptScript(logs, "auditor", "auditor.ts", () => [
    ...["--url", origin, "--threads", "1", "--wasm", "1", ...duty, "--state", path.join(options.state, "auditor")],
  ]);
  page = await PageVolunteer.open(origin, options.duty / 100);
  say(
    `A page, ${ids.length} command-line volunteers and an auditor train at ${origin} for ${options.minutes} minutes; logs: ${logs}`,
  );
  let seen: Kept = { leases: new Set(), steps: 0, audits: 0, voided: [] };
  while (minute() < options.minutes) {
    await sample();
    const due = nextDisturbance(minute(), options.minutes, done.length);
    if (due) {
      seen = await readKept(origin, await answering());
      await disturb(due);
      done.push({ what: due, minute: minute() });
    }
    await new Promise((resolve) => setTimeout(resolve, SAMPLE_MS));
  }
  say("Stopping the volunteers ...");
  const leaving = await page.leave();
  await Promise.all([...volunteers, auditor].map((each) => each.stop()));
  page = null;
  // What stands now was written before a last power cut, or is lost.
  const before = await readKept(origin, await answering());
  await disturb("coordinator");
  const stored = await readKept(origin, await answering());
  // What was handed in last is published a little later, and where a run stands is read there.
  const last = await answering(stored.leases.size);
  const isMissing = (lease: string) => !stored.leases.has(lease);
  const { asked, stuck } = await stuckRuns(
    openCoordinator({ fetch, origin, keys: () => fileKeys(path.join(options.state, "asks")) }),
    last,
  );
  const recomputed = await takeSnapshot(origin, path.join(options.state, "snapshot.json"));
  const warmMinutes = Math.min(WARM_MINUTES, options.minutes / 10);
  const soaked: Soaked = {
    minutes: options.minutes,
    warmMinutes,
    disturbances: done,
    growth: lives.names().map((name) => ({ name, lives: lives.of(name).length, growth: growthOf(lives.of(name), warmMinutes) })),
    results: stored.leases.size,
    steps: stored.steps,
    audits: stored.audits,
    voided: stored.voided,
    acknowledged: leaving.acknowledged + volunteers.reduce((sum, _, i) => sum + acknowledged(volunteerState(i)), 0),
    missing: [...new Set([...seen.leases, ...before.leases])].filter(isMissing),
    pageTrouble: pageTrouble ?? leaving.trouble,
    duty: options.duty,
    ...{ asked, stuck, recomputedBytes: recomputed?.bytes ?? 0 },
  };
  console.log(soakTable(soaked));
  if (options.table) await putSoak(soaked);
  return soaked;
}

async function sample(): Promise<void> {
  const at = minute();
  const add = (name: string, pid: number, bytes: number, network?: string) =>
    lives.add(name, pid, { minute: at, bytes, network });
  const ofCoordinator = coordinator.child?.pid ? tree(coordinator.child.pid) : [];
  const workerd = ofCoordinator.find(({ name }) => name === "workerd")?.pid;
  const heap = await heapAfterGarbage(inspector, origin).catch(() => null);
  if (workerd !== undefined && heap !== null) {
    add("Worker, JavaScript heap", workerd, heap);
    add("workerd", workerd, residentBytes(workerd));
  }
  volunteers.forEach((volunteer, i) => {
    const pid = volunteer.child?.pid;
    const network = trainedNow(path.join(logs, `volunteer-${i + 1}.log`));
    if (pid) add(`command-line volunteer ${i + 1} (${VOLUNTEERS[i]})`, pid, residentBytes(pid), network);
  });
  const [own, onWasm] = auditor?.child?.pid ? tree(auditor.child.pid).filter(({ name }) => name === "node") : [];
  if (own) add("auditor, native code", own.pid, residentBytes(own.pid), trainedNow(path.join(logs, "auditor.log")));
  if (onWasm) add("auditor, WebAssembly", onWasm.pid, residentBytes(onWasm.pid));
  for (const { name, pid, bytes } of (await page?.memory().catch(() => [])) ?? []) add(name, pid, bytes);
  const sizes = lives.names().map((name) => `${name} ${Math.round((lives.of(name).at(-1)?.at(-1)?.bytes ?? 0) / 1e6)}`);
  say(`minute ${at.toFixed(1)}: ${sizes.join(", ")} MB; page: ${await page?.title().catch(String)}`);
}

async function disturb(what: Disturbance): Promise<void> {
  say(`kill -9: ${what}`);
  if (what === "page") {
    await page?.crash().catch((error: unknown) => (pageTrouble = `after it was killed: ${firstLine(error)}`));
    return;
  }
  const child = { coordinator, volunteer: volunteers[1], auditor }[what]?.child;
  if (child?.pid) killAll(tree(child.pid));
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  await answering();
}

/** The snapshot, as soon as it is answered and has so many results. */
async function answering(results = 0): Promise<StudySnapshot> {
  for (const deadline = Date.now() + PATIENCE_MS; ;) {
    const study = await fetchJson(`${origin}/api/snapshot`).catch(() => null);
    if (study !== null) {
      const parsed = parseSnapshot(study, origin);
      if (parsed.experiments.length > 0 && published(parsed) >= results) return parsed;
    }
    if (Date.now() > deadline)
      throw new Error(`${origin}: nobody answers, or not with ${results} results. Its log is ${logs}/coordinator.log.`);
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

function published({ experiments }: StudySnapshot): number {
  return experiments
    .flatMap(({ metrics }) => metrics.variants.flatMap(({ runs }) => runs))
    .reduce((sum, { provenance }) => sum + provenance.length, 0);
}

async function end(code: number): Promise<void> {
  await page?.close().catch(() => undefined);
  await Promise.all(volunteers.map((volunteer) => volunteer.stop()));
  await auditor?.stop();
  await coordinator.stop();
  process.exit(code);
}

function volunteerState(i: number): string {
  return path.join(options.state, `volunteer-${i + 1}`);
}

function minute(): number {
  return (Date.now() - startedMs) / 60_000;
}
