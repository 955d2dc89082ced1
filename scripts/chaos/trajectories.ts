import { encodeCheckpoint, decodeCheckpoint } from "../../shared/nn/checkpoint.ts";
import { initialState } from "../../shared/nn/training.ts";
import { canonicalJson } from "../../shared/math/json.ts";
import { sha256Hex } from "../../shared/math/sha256.ts";
import type { Lease } from "../../shared/protocol/lease.ts";
import type { TrainingSpec } from "../../shared/protocol/training-spec.ts";
import type { CalibrationAnswer } from "../../shared/protocol/calibration.ts";
import { calibrationAnswers } from "../../shared/volunteer/calibrate.ts";
import { freshHeader } from "../../shared/volunteer/local-checkpoint.ts";
import { Programs } from "../../shared/volunteer/programs.ts";
import { ShardRun } from "../../shared/volunteer/shard-run.ts";
import { trainingData } from "../../shared/volunteer/training-data.ts";
import { nodeRuntime } from "../volunteer/ort-node.ts";
import { type HonestTraining, type State, stateOf, type Trained } from "./training.ts";

/**
 * What honest training gives, trained by ONNX Runtime with the volunteers' own code, each interval once: the simulated volunteers are many, and the same bits come from the
 * same state whoever trains it.
 */
export class Trajectories implements HonestTraining {
  readonly #runtime = nodeRuntime(1);
  /** One for each normalization: an open trainer is of one model. */
  readonly #programs = new Map<string, Programs>();
  readonly #known = new Map<string, Promise<Trained>>();
  readonly #states = new Map<string, State>();
  #calibration: Promise<CalibrationAnswer[]> | undefined;
  #busy: Promise<unknown> = Promise.resolve();
  /** Intervals that were trained, not counting those that were known. */
  trained = 0;

  readonly device = { ...this.#runtime.device, adapter: "simulated" };

  /** What this device makes of the trainings that are known: once for all of its volunteers. */
  calibration(): Promise<CalibrationAnswer[]> {
    this.#calibration ??= calibrationAnswers(this.#runtime, (bytes) => Promise.resolve(sha256Hex(bytes)));
    return this.#calibration;
  }

  initial(spec: TrainingSpec): State {
    const key = sha256Hex(canonicalJson(spec));
    const known =
      this.#states.get(key) ??
      stateOf(0, encodeCheckpoint({ step: 0, state: initialState(spec) }, this.#programsOf(spec).compile(spec, "cpu").state));
    this.#states.set(key, known);
    return known;
  }

  /** A state that was trained here, or kept. */
  state(sha256: string): State | undefined {
    return this.#states.get(sha256);
  }

  keep(state: State): State {
    this.#states.set(state.sha256, state);
    return state;
  }

  /** Trains from a state to `toStep`. */
  train(lease: Lease, start: State, toStep: number): Promise<Trained> {
    const key = [sha256Hex(canonicalJson(lease.spec)), start.sha256, start.step, toStep].join(" ");
    const known = this.#known.get(key);
    if (known) return known;
    // One at a time: the processor is shared with the coordinator, and a trainer holds one state.
    const training = this.#busy.then(() => this.#train(lease, start, toStep));
    this.#busy = training.catch(() => undefined);
    this.#known.set(key, training);
    return training;
  }

  async #train(lease: Lease, start: State, toStep: number): Promise<Trained> {
    const { spec } = lease;
    const programs = this.#programsOf(spec);
    const { state: layout } = programs.compile(spec, "cpu");
    const trainer = await programs.open(this.#runtime, spec);
    trainer.load(decodeCheckpoint(start.bytes, layout).state);
    const interval = { ...lease, shard: { ...lease.shard, fromStep: start.step, toStep } };
    const run = new ShardRun(interval, freshHeader(interval), trainer, trainingData(spec, null), STILL);
    await run.train(
      () => Promise.resolve(),
      () => undefined,
    );
    const { training, measurements, opening, divergedAt } = await run.header();
    if (divergedAt !== null)
      throw new Error(`${lease.shard.id}: got a divergence at step ${divergedAt}, want a plan whose runs end`);
    const end = this.keep(stateOf(toStep, encodeCheckpoint({ step: toStep, state: await trainer.state() }, layout)));
    this.trained++;
    return { training, measurements, opening, end };
  }

  #programsOf({ normalization }: TrainingSpec): Programs {
    const known = this.#programs.get(normalization) ?? new Programs();
    this.#programs.set(normalization, known);
    return known;
  }
}

/** Times are part of a result; where they stand still, the same training is the same result. */
const STILL = { now: () => 0, sleep: () => Promise.resolve(), turn: () => Promise.resolve() };
