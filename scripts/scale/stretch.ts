import { normalizationVariant } from "../../shared/experiments/variant.ts";
import type { ExperimentHeader } from "../../shared/protocol/experiment.ts";
import { someone } from "../crowd/someone.ts";
import { Agenda } from "./agenda.ts";
import { Platform } from "./platform.ts";
import { type Tally, Visitor } from "./visitor.ts";

/** What a stretch of virtual time came to, for one experiment. */
export interface Stretch {
  readonly volunteers: number;
  readonly gateways: number;
  readonly seconds: number;
  readonly tally: Tally;
  /** Shares of one thread that objects need, on this machine: the root (or the only one), and the busiest gateway. */
  readonly rootBusy: number;
  readonly gatewayBusy: number;
  /** Calls in a second, of the same. */
  readonly rootCalls: number;
  readonly gatewayCalls: number;
  /** Rows inserted, updated and deleted by all objects, indexes not counted. */
  readonly rows: number;
  readonly kvWrites: number;
}

/** The limits of an experiment: 100 seeds, 32 variants, and 10,000 shards, of which a run here has four. */
const [SEEDS, MOST_VARIANTS] = [100, 25];
export const MOST_RUNS = SEEDS * MOST_VARIANTS;

/** An experiment with at least so many runs, as many seeds as may be. @throws Error when no experiment may have them */
export function planOf(runs: number): ExperimentHeader {
  if (runs > MOST_RUNS)
    throw new Error(`scale: got ${runs} runs, want at most ${MOST_RUNS}: an experiment has no more than 10,000 shards`);
  const count = Math.min(MOST_VARIANTS, Math.ceil(runs / SEEDS));
  const variants = Array.from({ length: count }, (_, i) => normalizationVariant("none", (i + 1) / 1000));
  return {
    ...{ id: "scale-pilot-00000000", title: "Scale", question: "How many fit?", figures: [], parent: null, reason: null },
    plan: {
      profile: "pilot",
      about: "The deep linear network of three layers, without probes.",
      variants,
      seeds: Array.from({ length: Math.min(SEEDS, Math.ceil(runs / count)) }, (_, i) => i + 1),
      shardSteps: 500,
      spec: {
        ...{ dataset: "linear-map", network: { family: "deep-linear", layers: 3, units: 4 } },
        ...{ weightDecay: 0, batchSize: 16, steps: 2000, recordEvery: 50, evaluateEvery: null },
      },
    },
  };
}

/** A crowd of a constant size at one experiment: everyone arrives, is met somewhere in a shard, and then so many virtual seconds are watched. */
export async function stretch(volunteers: number, runs: number, gateways: number, seconds: number): Promise<Stretch> {
  const header = planOf(runs);
  const platform = new Platform();
  const agenda = new Agenda();
  const tally: Tally = { leases: 0, idle: 0, commits: 0, heartbeats: 0, results: 0, givenBack: 0 };
  const random = seeded(volunteers + gateways);
  const place = { platform, agenda, experiment: header.id, seeds: header.plan.seeds, gateways, tally, random };
  await platform.stub(header.id).open(header, gateways === 0 ? { kind: "alone" } : { kind: "root", gateways });
  for (let i = 0; i < volunteers; i++) await new Visitor(await someone(i), place).arrive(random());
  platform.reset();
  for (const key of Object.keys(tally) as (keyof Tally)[]) tally[key] = 0;
  const began = platform.now;
  for (let second = began / 1000; second < began / 1000 + seconds; second++) {
    for (let due = agenda.take(second); due.length > 0; due = agenda.take(second)) {
      for (const { at, work } of due) {
        platform.now = at;
        await work();
      }
    }
    platform.now = 1000 * (second + 1);
    await platform.wake();
  }
  const of = (name: string) => platform.objects.get(name)!;
  const others = [...platform.objects].filter(([name]) => name !== header.id).map(([, hosted]) => hosted);
  const most = (values: readonly number[]) => Math.max(0, ...values);
  return {
    ...{ volunteers, gateways, seconds, tally },
    rootBusy: of(header.id).busyMs / (1000 * seconds),
    rootCalls: of(header.id).calls / seconds,
    gatewayBusy: most(others.map(({ busyMs }) => busyMs / (1000 * seconds))),
    gatewayCalls: most(others.map(({ calls }) => calls / seconds)),
    rows: [...platform.objects.values()].reduce((sum, { storage }) => sum + storage.rowsChanged, 0),
    kvWrites: platform.kvWrites,
  };
}

/** Uniform numbers in [0, 1), the same in every simulation (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
