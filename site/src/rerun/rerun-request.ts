import type { RerunRequest } from "../../../shared/protocol/rerun.ts";

/** What the form holds, as typed. */
export interface RerunFields {
  readonly experiment: string;
  readonly seeds: string;
  readonly learningRate: string;
  readonly batchSize: string;
  readonly steps: string;
  readonly reason: string;
  /** Ids that are ticked; all or none of them: all. */
  readonly variants: readonly string[];
  readonly allVariants: number;
}

export type Asked =
  { readonly request: RerunRequest; readonly faults: null } | { readonly request: null; readonly faults: string[] };

const MOST_SEEDS = 100;

/** The request of a filled form, or what is wrong with it in words. Empty fields stay as the experiment has them. */
export function rerunRequest(fields: RerunFields): Asked {
  const faults: string[] = [];
  const number = (name: string, text: string, isWhole: boolean) => {
    if (text.trim() === "") return undefined;
    const value = Number(text);
    if (!(value > 0) || !Number.isFinite(value) || (isWhole && !Number.isInteger(value)))
      faults.push(`${name}: got “${text.trim()}”, want a ${isWhole ? "whole number from 1" : "number above 0"}.`);
    return value;
  };
  const seeds = fields.seeds.trim() === "" ? undefined : parseSeeds(fields.seeds);
  if (seeds === null)
    faults.push(
      `Seeds: got “${fields.seeds.trim()}”, want whole numbers, such as 11, 12 or 21–25; each once, at most ${MOST_SEEDS}.`,
    );
  const learningRate = number("Learning rate", fields.learningRate, false);
  const batchSize = number("Batch size", fields.batchSize, true);
  const steps = number("Steps", fields.steps, true);
  if (faults.length > 0) return { request: null, faults };
  const reason = fields.reason.trim();
  const isPart = fields.variants.length > 0 && fields.variants.length < fields.allVariants;
  return {
    faults: null,
    request: {
      experiment: fields.experiment,
      ...(isPart && { variants: [...fields.variants] }),
      ...(seeds && { seeds }),
      overrides: {
        ...(learningRate !== undefined && { learningRate }),
        ...(batchSize !== undefined && { batchSize }),
        ...(steps !== undefined && { steps }),
      },
      ...(reason && { reason }),
    },
  };
}

/** "11, 12, 21-25" as numbers; null where it is something else, or names a seed twice. */
export function parseSeeds(text: string): number[] | null {
  const seeds: number[] = [];
  for (const part of text.split(/[\s,;]+/).filter(Boolean)) {
    const [, from, to = from] = /^(\d{1,10})(?:[-–](\d{1,10}))?$/.exec(part) ?? [];
    if (from === undefined || Number(to) < Number(from) || Number(to) - Number(from) >= MOST_SEEDS) return null;
    for (let seed = Number(from); seed <= Number(to); seed++) seeds.push(seed);
  }
  const fits = seeds.length > 0 && seeds.length <= MOST_SEEDS && new Set(seeds).size === seeds.length;
  return fits && seeds.every((seed) => seed <= 0xffffffff) ? seeds : null;
}
