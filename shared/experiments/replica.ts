import { sha256Hex } from "../math/sha256.ts";
import type { ExperimentHeader } from "../protocol/experiment.ts";

/** Share of the pairs of runs that are trained again on another vendor's devices. */
export const REPLICATED = 0.05;

const ENDING = "-replica";

/**
 * Whether all runs of a seed are trained again: a draw that follows from the names alone, so that nobody chooses, whatever came out.
 * @param experiment the id, which has the plan's hash in it
 */
export const isReplicated = (experiment: string, seed: number): boolean =>
  parseInt(sha256Hex(`replica ${experiment} ${seed}`).slice(0, 8), 16) / 2 ** 32 < REPLICATED;

/**
 * The experiment that trains an experiment's drawn seeds again, with every variant; null where none was drawn. It follows from the header, so plans do not
 * know of it; its runs are compared with the others and stand in no verdict.
 */
export function replicaHeader(header: ExperimentHeader): ExperimentHeader | null {
  const { id, title, plan } = header;
  const seeds = plan.seeds.filter((seed) => isReplicated(id, seed));
  if (seeds.length === 0 || header.parent !== null) return null;
  const about = `Seeds ${seeds.join(", ")} of ${id} again, on devices of other vendors.`;
  const reason = "One pair in twenty is trained again on another vendor's device.";
  return { ...header, id: id + ENDING, parent: id, reason, title: `${title}, again`, plan: { ...plan, about, seeds } };
}

export const isReplica = (id: string): boolean => id.endsWith(ENDING);

/** Whether somebody asked for it: neither one of the study's own experiments nor a replica. Its claims are a family of their own. */
export const isRerun = (header: ExperimentHeader): header is ExperimentHeader & { readonly parent: string } =>
  header.parent !== null && !isReplica(header.id);
