import type { Contestant, Entered, Task, Work } from "./contestant.ts";
import { median } from "./numbers.ts";
import { processorMs } from "./processor-time.ts";
import { busyShare } from "./quiet.ts";

/** What one contestant did: milliseconds of each timed run, or why there are none (or no more). */
export interface Entry {
  readonly name: string;
  readonly machinery: string;
  readonly isOurs: boolean;
  readonly batchSize: number;
  readonly ms: readonly number[];
  /** Processor milliseconds of each timed run, over all threads; empty where the system does not tell. */
  readonly processorMs: readonly number[];
  readonly failed: string | null;
}

/** All contestants on one task. Plain data: it is kept in a file and goes on from there. */
export interface Race {
  readonly task: Task;
  readonly entries: readonly Entry[];
  /** Share of the processors that others used in the pauses between the rounds. */
  readonly busy: number;
}

export interface RaceOptions {
  /** Alternating rounds. */
  readonly rounds: number;
  /** About so long may one contestant compute; slow ones take part in fewer rounds, at least in one. */
  readonly budgetMs: number;
  /** Who has not finished a first step by then has failed. */
  readonly patienceMs: number;
  /** Expected milliseconds of one run, where an earlier race tells; who would need longer than the budget is left out. */
  expectedMs(contestant: Contestant): number | null;
  note(text: string): void;
}

interface Entrant {
  readonly contestant: Contestant;
  runner: Entered | null;
  ms: number[];
  processorMs: number[];
  failed: string | null;
  plan: Plan;
}

/** So many rounds of so many runs each. */
export interface Plan {
  readonly rounds: number;
  readonly repeats: number;
}

const PAUSE_MS = 400;

/**
 * Lets every contestant do the same work, in alternating rounds: what else the machine does falls on all of them alike. A contestant that
 * fails is named and left behind; the others go on. The first run of each compiles and does not count.
 */
export async function race(contestants: readonly Contestant[], task: Task, options: RaceOptions): Promise<Race> {
  const entrants: Entrant[] = [];
  for (const contestant of contestants) entrants.push(await enter(contestant, task, options));
  const busy: number[] = [];
  const most = Math.max(...entrants.map(({ plan }) => plan.rounds));
  for (let round = 0; round < most; round++) {
    busy.push(await busyShare(PAUSE_MS));
    for (const entrant of entrants) if (round < entrant.plan.rounds) await runRound(entrant, options.patienceMs);
  }
  for (const { runner } of entrants) await runner?.close().catch(() => undefined);
  const entries = entrants.map(({ contestant: { name, machinery, isOurs, batchSize }, ms, processorMs, failed }) => {
    return { name, machinery, isOurs, batchSize, ms, processorMs, failed };
  });
  return { task, entries, busy: busy.length === 0 ? 0 : busy.reduce((a, b) => a + b, 0) / busy.length };
}

async function enter(contestant: Contestant, task: Task, options: RaceOptions): Promise<Entrant> {
  const entrant: Entrant = { contestant, runner: null, ms: [], processorMs: [], failed: null, plan: { rounds: 0, repeats: 1 } };
  const expected = options.expectedMs(contestant);
  if (expected !== null && expected > options.budgetMs) {
    entrant.failed = `left out: a step would take about ${Math.round(expected / 1000)} s`;
    return entrant;
  }
  options.note(contestant.name);
  try {
    const work: Work = task.kind === "product" ? task : { ...task, batchSize: contestant.batchSize };
    const opening = contestant.open(work);
    const runner = await within(options.patienceMs, "its opening", opening).catch((error: unknown) => {
      void opening.then(
        (late) => late.close(),
        () => undefined,
      );
      throw error;
    });
    entrant.runner = runner;
    await within(options.patienceMs, "its first step", runner.run());
    const second = await timed(runner, options.patienceMs, "its second step");
    entrant.plan = planFor(second.ms, contestant.repeats, options);
    if (entrant.plan.rounds === 0) count(entrant, second);
  } catch (error) {
    await drop(entrant, error);
  }
  return entrant;
}

/** Rounds that fit the budget when a run takes `ms`; none where the run that told it was all that fits. */
export function planFor(ms: number, repeats: number, { rounds, budgetMs }: Pick<RaceOptions, "rounds" | "budgetMs">): Plan {
  if (ms * repeats * rounds <= budgetMs) return { rounds, repeats };
  const fitting = Math.min(rounds, Math.floor(budgetMs / ms));
  return { rounds: fitting < 2 ? 0 : fitting, repeats: 1 };
}

async function runRound(entrant: Entrant, patienceMs: number): Promise<void> {
  const { repeats } = entrant.plan;
  try {
    for (let i = 0; i < repeats && entrant.runner; i++) {
      const run = await timed(entrant.runner, patienceMs, "a step");
      if (i > 0 || repeats === 1) count(entrant, run); // The first of a round wakes threads and caches.
    }
  } catch (error) {
    await drop(entrant, error);
  }
}

interface Timed {
  readonly ms: number;
  readonly processorMs: number | null;
}

async function timed(runner: Entered, patienceMs: number, what: string): Promise<Timed> {
  const before = processorMs(runner.pids);
  const ms = await within(patienceMs, what, runner.run());
  const after = processorMs(runner.pids);
  return { ms, processorMs: before === null || after === null ? null : after - before };
}

function count(entrant: Entrant, run: Timed): void {
  entrant.ms.push(run.ms);
  if (run.processorMs !== null) entrant.processorMs.push(run.processorMs);
}

async function drop(entrant: Entrant, error: unknown): Promise<void> {
  entrant.failed = firstLine(error);
  const { runner } = entrant;
  entrant.runner = null;
  if (runner) await within(10_000, "closing", runner.close()).catch(() => undefined);
}

async function within<T>(ms: number, what: string, promise: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} took longer than ${Math.round(ms / 1000)} s`)), ms);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

/** The usual run's milliseconds, or null where there is none. */
export const medianMs = ({ ms }: Entry): number | null => (ms.length > 0 ? median(ms) : null);

/** The usual run's processor milliseconds, over all threads. */
export const medianProcessorMs = ({ processorMs }: Entry): number | null => (processorMs.length > 0 ? median(processorMs) : null);

const firstLine = (error: unknown): string => (error instanceof Error ? error.message : String(error)).split("\n")[0]!;
