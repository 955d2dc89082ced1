import { sha256Hex } from "../../shared/math/sha256.ts";
import type { CalibrationAnswer } from "../../shared/protocol/calibration.ts";
import type { Device, Lease } from "../../shared/protocol/lease.ts";
import type { Measurements } from "../../shared/protocol/measurements.ts";
import type { Series } from "../../shared/protocol/result.ts";
import type { TrainingSpec } from "../../shared/protocol/training-spec.ts";

/** The state of a run at a step, as it is stored. */
export interface State {
  readonly step: number;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly sha256: string;
}

export const stateOf = (step: number, bytes: Uint8Array<ArrayBuffer>): State => ({ step, bytes, sha256: sha256Hex(bytes) });

/** What training an interval gives. */
export interface Trained {
  readonly training: Series;
  readonly measurements: Measurements;
  /** Losses of its first steps. */
  readonly opening: readonly (number | null)[];
  readonly end: State;
}

/** What honest training comes to: the same from the same state, whoever trains it. */
export interface HonestTraining {
  readonly device: Device;
  /** What this device makes of the trainings that are known; null: it is not calibrated, and each of its shards is audited. */
  calibration(): Promise<CalibrationAnswer[] | null>;
  initial(spec: TrainingSpec): State;
  /** A state that was trained here, or kept. */
  state(sha256: string): State | undefined;
  keep(state: State): State;
  /** Trains from a state to `toStep`. */
  train(lease: Lease, start: State, toStep: number): Promise<Trained>;
}
