import { normalizationVariant } from "../../shared/experiments/variant.ts";
import type { ExperimentHeader } from "../../shared/protocol/experiment.ts";
import { STUDY, type Platform } from "./platform.ts";

/** The limits of an experiment: 100 seeds, 32 variants, and 10,000 shards, of which a run here has four. */
const [SEEDS, MOST_VARIANTS] = [100, 25];
export const MOST_RUNS = SEEDS * MOST_VARIANTS;

/** An experiment with at least so many runs, as many seeds as may be. @throws Error when no experiment may have them */
export function planOf(runs: number, parent: ExperimentHeader, n: number): ExperimentHeader {
  if (runs > MOST_RUNS)
    throw new Error(`scale: got ${runs} runs, want at most ${MOST_RUNS}: an experiment has no more than 10,000 shards`);
  const count = Math.min(MOST_VARIANTS, Math.ceil(runs / SEEDS));
  const variants = Array.from({ length: count }, (_, i) => normalizationVariant("none", (i + 1) / 1000));
  return {
    ...{ id: `${parent.id}-rerun-${n}`, title: "Scale", question: "How many fit?", figures: [], parent: parent.id, reason: null },
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

/** Gives the study so many reruns, each with as many runs; it opens them by itself when it is asked next. */
export function addReruns(platform: Platform, parent: ExperimentHeader, count: number, runs: number): ExperimentHeader[] {
  const { sql } = platform.host(STUDY).storage;
  const headers = Array.from({ length: count }, (_, i) => planOf(runs, parent, i + 1));
  for (const header of headers) {
    const { id, plan } = header;
    const createdAt = new Date(platform.now).toISOString();
    const reply = { id, parent: parent.id, createdAt, url: `/rerun?id=${id}`, api: `/api/snapshot/${id}`, plan };
    const query = "INSERT INTO reruns (id, parent, header, reply, opened) VALUES (?, ?, ?, ?, 0)";
    sql.exec(query, id, parent.id, JSON.stringify(header), JSON.stringify(reply));
  }
  return headers;
}
