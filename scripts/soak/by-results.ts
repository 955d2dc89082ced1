import { experiments } from "../../shared/experiments/index.ts";
import { isTrained } from "../../shared/experiments/experiment.ts";
import { median } from "../bench/numbers.ts";
import { markdown } from "../bench/table.ts";
import { someone } from "../crowd/someone.ts";
import { freePort } from "../fleet/free-port.ts";
import { heapAfterGarbage } from "../load/heap.ts";
import { startLocal } from "../load/local-coordinator.ts";
import { Shift } from "../load/shift.ts";
import { growthOf, type Sample } from "./growth.ts";
import { residentBytes } from "./resident.ts";

/** What the coordinator's process held once so many results had been handed in, after its garbage was collected. */
export interface Stage {
  readonly results: number;
  /** So far, whatever for. */
  readonly requests: number;
  /** Of the Worker and its objects. */
  readonly heapBytes: number;
  /** Of workerd, with its stand-ins for KV, R2 and static files. */
  readonly residentBytes: number;
}

/** Each is a network of its own, so that none is told that it writes too often. */
const VOLUNTEERS = 16;
/** Results between two looks: the garbage of more would leave room in which growth hides. */
const AT_ONCE = 2;

/**
 * The coordinator of a long run, at the pace at which results can be made up: leases of all experiments in turns, with commits, checkpoints, a heartbeat and the hand-in, and after
 * each what a page that watches would read.
 * @param folder what it stores  @param seen hears of each look
 */
export async function byResults(
  bundle: string,
  { folder, assets }: { readonly folder: string; readonly assets: string },
  results: number,
  seen: (stage: Stage) => void,
): Promise<Stage[]> {
  const [port, inspector] = [await freePort(null), await freePort(null)];
  const coordinator = await startLocal(bundle, { PUBLISH_SECONDS: "15" }, { port, inspector, storage: folder, assets });
  const { origin, pid } = coordinator;
  try {
    const ids = await experimentsAt(origin);
    const people = await Promise.all(Array.from({ length: VOLUNTEERS }, (_, i) => someone(i)));
    const shifts = people.map((who) => new Shift(who, origin));
    for (const shift of shifts) await shift.openSession();
    const stages: Stage[] = [];
    let requests = 0;
    for (let done = 0; done < results;) {
      const together = Array.from({ length: AT_ONCE }, (_, i) => handInOne(shifts[(done + i) % VOLUNTEERS]!, ids, done + i));
      for (const count of await Promise.all(together)) requests += count;
      done += AT_ONCE;
      const heapBytes = await heapAfterGarbage(inspector, origin);
      stages.push({ results: done, requests, heapBytes, residentBytes: residentBytes(pid) });
      seen(stages.at(-1)!);
    }
    return stages;
  } finally {
    await coordinator.close();
  }
}

/** @param turn which experiment is asked for first  @returns requests that it took */
async function handInOne(shift: Shift, ids: readonly string[], turn: number): Promise<number> {
  let requests = 0;
  const lease = async (): Promise<string> => {
    for (const i of ids.keys()) {
      const id = ids[(turn + i) % ids.length]!;
      requests++;
      if ((await shift.lease(id)) === null) return id;
    }
    throw new Error(`soak: got no shard of ${ids.length} experiments, want one: ask for fewer results`);
  };
  const id = await lease();
  await shift.prepare();
  for (let i = 0; i < shift.intervals; i++) await shift.commit(i, i + 1);
  await shift.heartbeat();
  for (const sha256 of shift.due) await shift.store(sha256);
  requests += shift.intervals + shift.due.length + 4;
  await shift.handIn();
  await shift.read("/api/versions");
  await shift.read(`/api/snapshot/${id}`);
  return requests;
}

/** As soon as the study has opened all of them. */
async function experimentsAt(origin: string): Promise<string[]> {
  const want = experiments.filter(isTrained).length;
  for (let tries = 0; ; tries++) {
    const study = (await (await fetch(`${origin}/api/snapshot`)).json()) as { experiments?: { experiment: { id: string } }[] };
    const ids = study.experiments?.map(({ experiment }) => experiment.id) ?? [];
    if (ids.length >= want) return ids;
    if (tries > 120) throw new Error(`soak: got ${ids.length} experiments at ${origin}, want ${want}`);
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

/**
 * MB that workerd may grow by with a result once it is warm. In an hour's run, which stores about 75, that is half of what any other process may grow by; a result itself is
 * stored in less than 0.1 MB, of which SQLite keeps pages at hand.
 */
export const GROWTH_BELOW = 0.2;

/** MB a result, and of the Worker's JavaScript heap; the median slopes between any two looks. @param warm so many results are left out */
export function growthByResult(stages: readonly Stage[], warm: number): { readonly workerd: number; readonly heap: number } {
  const slope = (bytes: (stage: Stage) => number) =>
    growthOf([stages.map((stage): Sample => ({ minute: stage.results, bytes: bytes(stage) }))], warm)!.mbPerMinute;
  return { workerd: slope((stage) => stage.residentBytes), heap: slope((stage) => stage.heapBytes) };
}

/** Rows of ten looks, each the median of them: a publication may be under way in one. */
export function byResultsTable(stages: readonly Stage[], warm: number): string {
  const header = ["results", "requests", "Worker, JavaScript heap, MB", "workerd, MB"];
  const rows = Array.from({ length: Math.ceil(stages.length / 10) }, (_, i) => stages.slice(10 * i, 10 * (i + 1))).map(
    (looks) => [
      ...[looks.at(-1)!.results, looks.at(-1)!.requests].map((count) => count.toLocaleString("en")),
      (median(looks.map(({ heapBytes }) => heapBytes)) / 1e6).toFixed(1),
      (median(looks.map(({ residentBytes: bytes }) => bytes)) / 1e6).toFixed(0),
    ],
  );
  const { workerd, heap } = growthByResult(stages, warm);
  return `${markdown([header, ...rows])}

After the first ${warm} results workerd grew by ${workerd.toFixed(3)} MB with each, the Worker's JavaScript heap by ${heap.toFixed(4)} (the median slope between any two looks, which are after every second result, garbage collected before; to hold: workerd by less than ${GROWTH_BELOW}). A row is the median of the looks since the row before.`;
}
