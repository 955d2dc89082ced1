import type { ExperimentHeader } from "../../protocol/experiment.ts";
import { isRerun } from "../../experiments/replica.ts";
import type { Family } from "../../protocol/verdicts.ts";

export type { Family } from "../../protocol/verdicts.ts";

/** Probability, at most, that any verdict of a family is wrong. */
export const FAMILY_ERROR = 0.05;
/** Pairs after which a claim stays undecided: at a win rate of 0.9 or of 0.5, 98 % of tests at 0.05/32 are decided by then. */
export const MOST_PAIRS = 40;

/**
 * Each claim's error, of both kinds: the family's shared out evenly over the study's claims (Bonferroni), halved for every rerun before, so that asking again
 * until the answer pleases does not help. @param claims how many claims the study has
 */
export const alphaOf = ({ rerun }: Family, claims: number): number => FAMILY_ERROR / (claims * 2 ** (rerun?.ordinal ?? 0));

/** The families that experiments belong to, the study's own first, paper before pilot. Replicas belong to none: each pair counts once. */
export function familiesOf(headers: readonly ExperimentHeader[]): Family[] {
  const own = (["paper", "pilot"] as const).filter((profile) =>
    headers.some(({ parent, plan }) => parent === null && plan.profile === profile),
  );
  const reruns = headers
    .filter(isRerun)
    .map(({ id, parent, plan }): Family => ({ profile: plan.profile, rerun: { id, parent, ordinal: rerunOrdinal(id) } }));
  return [...own.map((profile): Family => ({ profile, rerun: null })), ...reruns];
}

export const isOf = ({ profile, rerun }: Family, { id, parent, plan }: ExperimentHeader): boolean =>
  rerun ? id === rerun.id : parent === null && plan.profile === profile;

/** `training-pilot-1a2b3c4d-rerun-2` is the experiment `training`. */
export const nameOf = (id: string): string => id.replace(/-(pilot|paper)-[0-9a-f]{8}(-rerun-\d+)*$/, "");

/** The r of the r-th rerun; a rerun's rerun counts both. */
const rerunOrdinal = (id: string): number =>
  [...id.matchAll(/-rerun-(\d+)/g)].reduce((sum, [, ordinal]) => sum + Number(ordinal), 0) || 1;
