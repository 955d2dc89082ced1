import type { ExperimentSnapshot, StudySnapshot } from "../../protocol/snapshot.ts";
import type { ProfileName } from "../../protocol/experiment.ts";

/** Probability, at most, that any verdict of a family is wrong. */
export const FAMILY_ERROR = 0.05;
/** Pairs after which a claim stays undecided: at a win rate of 0.9 or of 0.5, 98 % of tests at 0.05/32 are decided by then. */
export const MOST_PAIRS = 40;

/** Runs that are judged together and never pooled with others: the study's own of one profile, or those of one rerun. */
export interface Family {
  readonly profile: ProfileName;
  /** The rerun's experiment; null for the study's own. */
  readonly rerun: { readonly id: string; readonly parent: string; readonly ordinal: number } | null;
}

/**
 * Each claim's error, of both kinds: the family's shared out evenly over the study's claims (Bonferroni), halved for every rerun before, so that asking again
 * until the answer pleases does not help. @param claims how many claims the study has
 */
export const alphaOf = ({ rerun }: Family, claims: number): number => FAMILY_ERROR / (claims * 2 ** (rerun?.ordinal ?? 0));

/** The families that a snapshot has runs of, the study's own first, paper before pilot. */
export function familiesOf({ experiments }: StudySnapshot): Family[] {
  const own = (["paper", "pilot"] as const).filter((profile) =>
    experiments.some(({ experiment }) => experiment.parent === null && experiment.plan.profile === profile),
  );
  const reruns = experiments.flatMap(({ experiment: { id, parent, plan } }): Family[] =>
    parent === null ? [] : [{ profile: plan.profile, rerun: { id, parent, ordinal: rerunOrdinal(id) } }],
  );
  return [...own.map((profile): Family => ({ profile, rerun: null })), ...reruns];
}

export const isOf = ({ profile, rerun }: Family, { experiment }: ExperimentSnapshot): boolean =>
  rerun ? experiment.id === rerun.id : experiment.parent === null && experiment.plan.profile === profile;

/** `training-pilot-1a2b3c4d-rerun-2` is the experiment `training`. */
export const nameOf = (id: string): string => id.replace(/-(pilot|paper)-[0-9a-f]{8}(-rerun-\d+)*$/, "");

/** The r of the r-th rerun; a rerun's rerun counts both. */
const rerunOrdinal = (id: string): number =>
  [...id.matchAll(/-rerun-(\d+)/g)].reduce((sum, [, ordinal]) => sum + Number(ordinal), 0) || 1;
