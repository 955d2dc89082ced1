import type { ClaimServed, Device, LeasedAudit } from "../protocol/lease.ts";

/** What a volunteer is doing now. One union; the transitions stand in phases.ts. */
export type Phase =
  | { readonly kind: "stopped" }
  | {
      readonly kind: "preparing";
      readonly what: "runtime" | "calibration" | "dataset" | "checkpoint" | "model";
      /** Bytes (calibration: trainings), or null where the size is not known. */
      readonly done: number | null;
      readonly total: number | null;
    }
  | { readonly kind: "training" }
  | { readonly kind: "evaluating"; readonly done: number; readonly total: number }
  /** Measuring around the step in hand, as the run's probes ask; how many passes of how many. */
  | { readonly kind: "measuring"; readonly done: number; readonly total: number }
  | { readonly kind: "handing-in" }
  /** By the button, or because a rule of the volunteer's says no for now: then the reason, in words. */
  | { readonly kind: "paused"; readonly because: string | null }
  /** Nothing to do or nobody to ask: the reason in words, and when (ms since 1970) it tries again. */
  | { readonly kind: "waiting"; readonly reason: string; readonly until: number }
  /** Another tab of the browser trains: a page's own phase, the loop does not run. */
  | { readonly kind: "elsewhere" }
  /** Only the volunteer can mend it: what happened and what to do. */
  | { readonly kind: "failed"; readonly message: string; readonly remedy: string };

/** The shard in hand. */
export interface ShardView {
  readonly experiment: string;
  readonly experimentTitle: string;
  readonly variant: string;
  readonly variantLabel: string;
  readonly seed: number;
  /** The undecided claims that wait for this run, nearest to a verdict first. */
  readonly serves: readonly ClaimServed[];
  /** Why these steps are trained again; null: they are the run's next. */
  readonly audit: LeasedAudit | null;
  readonly shard: string;
  readonly fromStep: number;
  readonly toStep: number;
  /** Of the whole run. */
  readonly steps: number;
  /** Images (or samples) in a step. */
  readonly batchSize: number;
  /** Floating-point operations of a step's convolutions and matrix products. */
  readonly flopsPerStep: number;
  /** Next step to train. */
  readonly step: number;
  readonly loss: number | null;
  readonly accuracy: number | null;
  readonly stepsPerSecond: number | null;
  readonly secondsLeft: number | null;
  /** Recorded training batches of this shard so far, for the live curve. */
  readonly curve: readonly { readonly step: number; readonly loss: number | null; readonly accuracy: number | null }[];
}

/** A few test images and what the network in training says of them. */
export interface Examples {
  /** After so many updates. */
  readonly step: number;
  /** What asking took. */
  readonly tookMs: number;
  readonly images: readonly {
    readonly label: number;
    /** As stored: 3 x 32 x 32, channel by channel. */
    readonly pixels: Uint8Array;
    /** By class, summing to 1. */
    readonly probabilities: readonly number[];
  }[];
}

/** All that a page or a progress line shows about this volunteer. */
export interface VolunteerView {
  readonly phase: Phase;
  /** Null until the runtime has been chosen. */
  readonly device: Device | null;
  /** Which provider was chosen and why, in a sentence. */
  readonly deviceReason: string | null;
  readonly shard: ShardView | null;
  /** Only while somebody looks (`Conduct.isWatched`). */
  readonly examples: Examples | null;
  /** The volunteer stops when the shard in hand has been handed in. */
  readonly isLastShard: boolean;
  /** How often the device was lost since the last shard was handed in. */
  readonly losses: number;
  /** Accepted hand-ins since the volunteer's id was made. */
  readonly contribution: { readonly shards: number; readonly steps: number; readonly trainMs: number };
  /** Recent events in words, newest last ("a damaged chunk was fetched again"). */
  readonly notes: readonly { readonly at: number; readonly text: string }[];
}

/** Before it is started. */
export const AT_REST: VolunteerView = {
  phase: { kind: "stopped" },
  device: null,
  deviceReason: null,
  shard: null,
  examples: null,
  isLastShard: false,
  losses: 0,
  contribution: { shards: 0, steps: 0, trainMs: 0 },
  notes: [],
};

/** What the buttons do. */
export interface VolunteerControl {
  readonly view: VolunteerView;
  subscribe(listener: (view: VolunteerView) => void): () => void;
  start(): void;
  /** Takes effect after the step in hand; the lease is kept alive. */
  pause(): void;
  resume(): void;
  /** Gives the lease back (a local checkpoint stays) and frees the device. */
  stop(): void;
}
