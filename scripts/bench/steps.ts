import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { compileTraining } from "../../shared/nn/training.ts";
import { openPages, type Pages } from "./browser.ts";
import { type Contestant, nameOf, type Task } from "./contestant.ts";
import { flops } from "./flops.ts";
import { networks, programSpec } from "./networks.ts";
import { onGpu, onProcessor } from "./peers.ts";
import { busyShare, QUIET } from "./quiet.ts";
import { medianMs, medianProcessorMs, type Race, race } from "./race.ts";

/** Both fields' races: what was measured, as plain data. */
export interface Measured {
  readonly processor: readonly Race[];
  readonly gpu: readonly Race[];
}

export interface StepOptions {
  /** Also the networks that take minutes. */
  readonly full: boolean;
  readonly rounds: number;
  /** Only contestants whose name contains it. */
  readonly only: string | undefined;
  /** Races that an interrupted run has kept are not run again, but for those that were measured under load. */
  readonly resume: boolean;
}

/** The peak's product: smaller for WebGPU, where a rasteriser in software would take seconds. */
const product = (field: keyof Measured): Task => ({ kind: "product", size: field === "gpu" ? 512 : 1024 });
/** In this order: the core networks first. */
const tasks = (field: keyof Measured, full: boolean): Task[] => [product(field), ...networks(full)];
const KEPT = path.resolve(import.meta.dirname, "../../.cache/bench/races.json");
const BUDGET_MS = { core: 10_000, full: 45_000 } as const;
/** On a quiet machine; under load five times as long. */
const PATIENCE_MS = 180_000;

/**
 * Races everybody, the core networks first; `seen` hears of every finished race, so that a run that is cut off leaves what it has.
 */
export async function measureSteps(options: StepOptions, seen: (measured: Measured) => Promise<void>): Promise<Measured> {
  const started = performance.now();
  const note = (text: string) => console.error(`[${clock(performance.now() - started)}] ${text}`);
  let measured: Measured = options.resume ? await kept() : { processor: [], gpu: [] };
  const pages: Pages = await openPages();
  try {
    const chosen = ({ name }: Contestant) => options.only === undefined || name.includes(options.only);
    const fields = { processor: onProcessor(pages).filter(chosen), gpu: (await onGpu(pages)).filter(chosen) };
    for (const [at] of tasks("gpu", options.full).entries()) {
      for (const field of ["processor", "gpu"] as const) {
        const task = tasks(field, options.full)[at]!;
        if (measured[field].some((done) => same(done.task, task))) continue;
        note(`${title(task)}, ${field}: about ${clock(expectedMs(measured, fields, options))} to go`);
        const result = await race(fields[field], task, {
          rounds: options.rounds,
          budgetMs: isCore(task) ? BUDGET_MS.core : BUDGET_MS.full,
          patienceMs: PATIENCE_MS * (1 + 4 * (await busyShare(300))),
          expectedMs: ({ name }) => scaled(measured[field], name, task),
          note: (text) => note(`  ${text}`),
        });
        measured = { ...measured, [field]: [...measured[field], result] };
        if (options.only === undefined) await keep(measured);
        await seen(measured);
      }
    }
  } finally {
    await pages.close();
  }
  return measured;
}

/** A run's milliseconds on `task`, from those of the last network by the operations to be done; null where nothing tells. */
function scaled(races: readonly Race[], name: string, task: Task): number | null {
  if (task.kind === "product") return null;
  for (const done of races.toReversed()) {
    const entry = done.entries.find((each) => each.name === name);
    if (!entry) continue;
    const [byClock, byProcessor] = [medianMs(entry), medianProcessorMs(entry)];
    const ms = Math.min(byClock ?? Infinity, byProcessor ?? Infinity); // Load is no reason to leave somebody out.
    if (ms === Infinity || done.task.kind === "product") continue;
    return (ms * work(task)) / work(done.task);
  }
  return null;
}

/** What is left takes about as long as what was done, network by network, with a limit for each contestant. */
function expectedMs(measured: Measured, fields: Record<keyof Measured, readonly Contestant[]>, options: StepOptions): number {
  let sum = 0;
  for (const field of ["processor", "gpu"] as const) {
    for (const task of tasks(field, options.full)) {
      if (measured[field].some((done) => same(done.task, task))) continue;
      for (const { name, repeats } of fields[field]) {
        const ms = scaled(measured[field], name, task) ?? 500;
        const budgetMs = isCore(task) ? BUDGET_MS.core : BUDGET_MS.full;
        if (ms <= budgetMs) sum += OPENING_MS[field] + 2 * ms + Math.min(budgetMs, ms * repeats * options.rounds);
      }
    }
  }
  return sum;
}

const OPENING_MS = { processor: 2_000, gpu: 8_000 } as const;

const work = (task: Task): number => flops(task.kind === "product" ? task : { ...task, batchSize: 128 });
const same = (a: Task, b: Task): boolean => title(a) === title(b);
const title = (task: Task): string => (task.kind === "product" ? "plain product" : nameOf(task));
const isCore = (task: Task): boolean => task.kind === "product" || networks(false).some((each) => same(each, task));
const clock = (ms: number): string => `${Math.floor(ms / 60_000)}:${String(Math.floor((ms / 1000) % 60)).padStart(2, "0")}`;

/** Races of an earlier run whose models are the same now; what was measured under load is forgotten. */
async function kept(): Promise<Measured> {
  if (!existsSync(KEPT)) return { processor: [], gpu: [] };
  const before = JSON.parse(await readFile(KEPT, "utf8")) as Partial<Kept>;
  const still = (field: keyof Measured): readonly Race[] => {
    if (before.models?.[field] !== models(field)) return [];
    return before[field]?.filter(({ busy }) => busy <= QUIET) ?? [];
  };
  return { processor: still("processor"), gpu: still("gpu") };
}

async function keep(measured: Measured): Promise<void> {
  await mkdir(path.dirname(KEPT), { recursive: true });
  const kept: Kept = { models: { processor: models("processor"), gpu: models("gpu") }, ...measured };
  await writeFile(KEPT, JSON.stringify(kept));
}

interface Kept extends Measured {
  readonly models: Readonly<Record<keyof Measured, string>>;
}

const TARGETS = { processor: ["cpu"], gpu: ["webgpu", "emulated"] } as const;

/** Changes when what is measured in a field changes. */
const models = (field: keyof Measured): string =>
  TARGETS[field]
    .flatMap((target) => networks(true).map((network) => compileTraining(programSpec({ ...network, batchSize: 128 }), target)))
    .map(({ train }) => train.sha256)
    .join(" ");
