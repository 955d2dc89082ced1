import { canonicalJson } from "../../math/json.ts";
import { sha256Hex } from "../../math/sha256.ts";
import type { Normalization } from "../../protocol/training-spec.ts";
import type { Estimand } from "./estimand.ts";

/** One side of a comparison: the runs of one variant. */
export interface Arm {
  /** A trained experiment's id without profile and hash. */
  readonly experiment: "training" | "noise" | "norms" | "deep-linear" | "deep-linear-norms";
  readonly normalization: Normalization;
  readonly learningRate: number;
}

/** How pairs decide. Sides are compared on the estimand; "higher" means that the treatment's number is the higher one. */
export type Rule =
  /** Supported when the treatment is so in nearly every pair, refuted when it is so in half of them or fewer. */
  | { readonly kind: "directional"; readonly favours: "higher" | "lower" }
  /** The sentence denies that the treatment is consistently so: supported when it is so in half of the pairs or fewer. */
  | { readonly kind: "denial"; readonly denies: "higher" | "lower" }
  /** Supported when the difference's interval lies inside the margin; a ratio's margin is a factor, so 1.25 means 1/1.25 to 1.25. */
  | { readonly kind: "equivalence"; readonly margin: number };

/** A sentence of the paper that can be judged, with everything that decides about it, fixed before the runs. */
export interface Claim {
  /** C for VGG, D for the deep linear network; letters where one sentence has several parts. */
  readonly id: string;
  readonly title: string;
  /** What the paper says, in our words; only what stands between “ ” is its own. Null where the paper is silent. */
  readonly paperSays: string | null;
  /** Section or figure, as the NeurIPS version numbers them. */
  readonly where: string;
  /** Where its own figure shows something else than its text says, or less, or the reading needs a caveat. */
  readonly caveat?: string;
  readonly treatment: Arm;
  /** The other side of the pairs, or a level in the estimand's own unit. */
  readonly control: Arm | { readonly level: number };
  readonly estimand: Estimand;
  readonly rule: Rule;
  /**
   * The paper's effect: treatment over control for logarithmic estimands, treatment minus control for others. `figure` follows from its digitised
   * curves (a test takes it again with the same estimand); `text` is what its words say where that is more. Null: not to be had.
   */
  readonly effect: { readonly figure: number | null; readonly text: number | null };
  /** What settling it is worth beside the other claims, 1 where nothing is said: it moves leases, never verdicts. */
  readonly weight?: { readonly value: number; readonly why: string };
  /**
   * Rises when anything that decides is changed: then it is a claim of its own, with nothing counted yet. The hash covers the data above; where what
   * `estimand.ts` or `quantity.ts` makes of them changes, this number says so.
   */
  readonly version: number;
}

/** A supported claim whose interval ends below this share of the reported effect (on the estimand's scale) is weaker than reported. */
export const WEAKER_BELOW = 0.5;

/** Names what defines a claim: a changed estimand, arm, margin or effect gives another hash; words do not. */
export function claimSha256({ id, treatment, control, estimand, rule, effect, version }: Claim): string {
  return sha256Hex(canonicalJson({ id, treatment, control, estimand, rule, effect, version, weakerBelow: WEAKER_BELOW }));
}

export const isLevel = (control: Claim["control"]): control is { readonly level: number } => "level" in control;
