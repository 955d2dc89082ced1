import { noiseKey } from "../nn/noise.ts";
import { isNoisy } from "../nn/normalization/index.ts";
import { measuredBetween, measuredHash, rowsBetween } from "../audit/interval.ts";
import { canonicalJson } from "../math/json.ts";
import { sha256Hex } from "../math/sha256.ts";
import { type Commit, OPENING_STEPS } from "../protocol/audit.ts";
import { gridOf } from "../protocol/grid.ts";
import type { Heartbeat, Lease } from "../protocol/lease.ts";
import { concatenateMeasurements, measurementColumns, probeEvery } from "../protocol/measurements.ts";
import { PROBE_NAMES, type ProbeName } from "../protocol/probes.ts";
import { appendRows } from "./probes/append.ts";
import type { LocalHeader } from "./local-checkpoint.ts";
import type { Clock, Measured, StepSettings, Trainer } from "./ports.ts";
import { Speed } from "./speed.ts";
import type { TrainingData } from "./training-data.ts";
import type { Phase, ShardView } from "./view.ts";

/** Called between two steps, test batches or passes of a measurement; may save, wait or throw. */
export type Between = () => Promise<void>;
/** Called when the shard enters another phase, or comes further in it. */
export type Enter = (phase: Phase) => void;

/** The shard in hand: trains it step by step and keeps its measurements. */
export class ShardRun {
  readonly #lease: Lease;
  readonly #trainer: Trainer;
  readonly #data: TrainingData;
  readonly #clock: Clock;
  readonly #isPaced: () => boolean;
  readonly #speed = new Speed();
  /** Steps whose loss still lies on the device. */
  #unread: { step: number; measured: Measured }[] = [];
  #latest: { loss: number | null; accuracy: number | null } = { loss: null, accuracy: null };
  readonly #header: LocalHeader;

  /**
   * @param header of a fresh lease, or of a local checkpoint whose state the trainer has loaded
   * @param isPaced whether each step must have ended before the next: a GPU that is left to itself works on while the volunteer rests
   */
  constructor(
    lease: Lease,
    header: LocalHeader,
    trainer: Trainer,
    data: TrainingData,
    clock: Clock,
    isPaced: () => boolean = () => false,
  ) {
    this.#isPaced = isPaced;
    this.#lease = lease;
    this.#trainer = trainer;
    this.#data = data;
    this.#clock = clock;
    this.#header = structuredCopy(header);
    const { loss, accuracy } = header.training;
    this.#latest = { loss: loss.at(-1) ?? null, accuracy: accuracy.at(-1) ?? null };
  }

  /** Everything measured so far; its state stands after `step` updates. Losses on the device are read first. */
  async header(): Promise<LocalHeader> {
    await this.#readAll();
    return structuredCopy(this.#header);
  }

  /** Trains to the shard's end, or to the first step whose loss is not finite. */
  async train(between: Between, enter: Enter): Promise<void> {
    const { toStep } = this.#lease.shard;
    for (;;) {
      if (this.#evaluationDue()) await this.#readAll(); // A run that diverged just before is not tested any more.
      if (this.#evaluationDue()) {
        await this.#evaluate(between, enter);
        enter({ kind: "training" });
      }
      if (this.#header.step === toStep || this.#header.divergedAt !== null) return;
      await between();
      if (this.#header.divergedAt !== null) return;
      await this.#step(between, enter);
    }
  }

  /** Whether an interval ends here that is not bound yet. */
  get isAtBoundary(): boolean {
    const { commitEvery, shard } = this.#lease;
    const { step } = this.#header;
    return this.hasUnbound && commitEvery !== undefined && (step % commitEvery === 0 || step === shard.toStep);
  }

  /** Whether the last bound interval ends here. */
  get isBound(): boolean {
    return this.#header.commits.at(-1)?.step === this.#header.step;
  }

  /** Whether something was trained that is not bound yet. */
  get hasUnbound(): boolean {
    const { step, divergedAt } = this.#header;
    return this.#lease.commitEvery !== undefined && divergedAt === null && step > this.#boundAt();
  }

  /** Binds the interval that ends here; every loss until here has been read. @param checkpoint SHA-256 of the state */
  bind(checkpoint: string): Commit {
    const { step, training, interval, measurements } = this.#header;
    const measured = measuredHash(measuredBetween(measurements, this.#boundAt(), step));
    const log = sha256Hex(canonicalJson(rowsBetween(training, this.#boundAt(), step)));
    const commit = { step, checkpoint, opening: interval, log, ...measured };
    this.#header.commits = [...this.#header.commits, commit];
    this.#header.interval = [];
    return commit;
  }

  #boundAt(): number {
    return this.#header.commits.at(-1)?.step ?? this.#lease.shard.fromStep;
  }

  /** Whether what was trained is worth handing in by itself, with all that is due until here. */
  get mayBeCut(): boolean {
    const { step, divergedAt } = this.#header;
    if (divergedAt !== null) return true;
    return step - this.#lease.shard.fromStep >= gridOf(this.#lease.spec) && !this.#evaluationDue();
  }

  /** Updates so far. */
  get step(): number {
    return this.#header.step;
  }

  report(): Heartbeat {
    return { step: this.#header.step, ...this.#latest, stepsPerSecond: this.#speed.stepsPerSecond };
  }

  view(): Pick<ShardView, "step" | "loss" | "accuracy" | "stepsPerSecond" | "secondsLeft" | "curve"> {
    const { stepsPerSecond } = this.#speed;
    const { step, training } = this.#header;
    return {
      step,
      ...this.#latest,
      stepsPerSecond,
      secondsLeft: stepsPerSecond === null ? null : (this.#lease.shard.toStep - step) / stepsPerSecond,
      curve: training.step.map((at, i) => ({ step: at, loss: training.loss[i] ?? null, accuracy: training.accuracy[i] ?? null })),
    };
  }

  async #step(between: Between, enter: Enter): Promise<void> {
    const { shard } = this.#lease;
    const { step } = this.#header;
    const due = PROBE_NAMES.filter((name) => this.#isProbed(name, step));
    if (due.length > 0) await this.#probeBefore(step, due, between, enter);
    const started = this.#clock.now();
    this.#unread.push({ step, measured: await this.#trainer.step(this.#data.train(step), this.#settings(step)) });
    this.#header.step = step + 1;
    const isEager = this.#isOpening(step) || step + 1 === shard.toStep;
    const isRead = this.#isRecorded(step) || isEager || due.length > 0 || this.#isPaced();
    if (isRead) await this.#readAll();
    const tookMs = this.#clock.now() - started;
    this.#header.trainMs += tookMs;
    this.#speed.add(tookMs);
    if (due.length > 0 && this.#header.divergedAt === null) await this.#probeAfter(step);
  }

  async #probeBefore(step: number, due: readonly ProbeName[], between: Between, enter: Enter): Promise<void> {
    let waitedMs = 0;
    const started = this.#clock.now();
    const settings = { ...this.#settings(step), seed: this.#lease.spec.seed, step };
    await this.#trainer.probeBefore(this.#data.train(step), due, settings, async (done, total) => {
      enter({ kind: "measuring", done, total });
      const since = this.#clock.now();
      await between();
      waitedMs += this.#clock.now() - since;
    });
    this.#header.evaluateMs += this.#clock.now() - started - waitedMs;
    enter({ kind: "training" });
  }

  /** Short, and without a turn for others: what was measured before the step and what after it belong to one row. */
  async #probeAfter(step: number): Promise<void> {
    const started = this.#clock.now();
    const rows = await this.#trainer.probeAfter(this.#data.train(step + 1), this.#settings(step + 1).noiseKey);
    appendRows(this.#header.measurements, step, rows);
    this.#header.evaluateMs += this.#clock.now() - started;
  }

  #settings(step: number): StepSettings {
    const { learningRate, weightDecay, normalization, seed } = this.#lease.spec;
    return { learningRate, weightDecay, ...(isNoisy(normalization) && { noiseKey: noiseKey(seed, step) }) };
  }

  #isProbed(name: ProbeName, step: number): boolean {
    const { spec } = this.#lease;
    const every = measurementColumns(spec)[name] && probeEvery(spec.probes, name);
    return every !== undefined && step % every === 0;
  }

  /** Reads the losses that still lie on the device, in order, until one is not finite. */
  async #readAll(): Promise<void> {
    const unread = this.#unread;
    this.#unread = [];
    for (const { step, measured } of unread) {
      if (this.#header.divergedAt !== null) {
        measured.dispose();
        continue;
      }
      const { loss, accuracy } = await measured.read();
      const { batchSize } = this.#lease.spec;
      // A share of the batch, free of float32's rounding.
      const share = accuracy === null ? null : Math.round((finite(accuracy) ?? 0) * batchSize) / batchSize;
      this.#latest = { loss: finite(loss), accuracy: share };
      if (this.#isRecorded(step)) append(this.#header.training, step, this.#latest.loss, share);
      this.#open(step, this.#latest.loss);
      if (this.#latest.loss === null) this.#header.divergedAt = step;
    }
  }

  /** The first steps of a shard are read one by one, so that the volunteer sees a loss at once; those of an interval together, when it is bound. */
  #isOpening(step: number): boolean {
    return step < this.#lease.shard.fromStep + OPENING_STEPS;
  }

  #open(step: number, loss: number | null): void {
    if (step < this.#lease.shard.fromStep + OPENING_STEPS) this.#header.opening.push(loss);
    if (step < this.#boundAt() + OPENING_STEPS) this.#header.interval.push(loss);
  }

  #isRecorded(step: number): boolean {
    return step % this.#lease.spec.recordEvery === 0;
  }

  /**
   * After `step` updates: at multiples of evaluateEvery within (fromStep, toStep], and before the first update of a run. A shard without steps is a
   * test of the state that it starts from.
   */
  #evaluationDue(): boolean {
    const { step, evaluation, divergedAt } = this.#header;
    const { evaluateEvery } = this.#lease.spec;
    if (evaluateEvery === null || this.#data.test === null) return false;
    const { fromStep, toStep } = this.#lease.shard;
    const due = step === 0 || ((step > fromStep || fromStep === toStep) && step % evaluateEvery === 0);
    return due && divergedAt === null && evaluation.step.at(-1) !== step;
  }

  async #evaluate(between: Between, enter: Enter): Promise<void> {
    const { test } = this.#data;
    if (!test) return;
    let lossSum = 0;
    let correct = 0;
    let tookMs = 0;
    for (let first = 0; first < test.count; first += this.#lease.spec.batchSize) {
      enter({ kind: "evaluating", done: first, total: test.count });
      await between();
      const started = this.#clock.now();
      const measured = await this.#trainer.evaluate(test.batch(first));
      lossSum += measured.lossSum;
      correct += Math.round(measured.correct);
      tookMs += this.#clock.now() - started;
    }
    this.#header.evaluateMs += tookMs;
    append(this.#header.evaluation, this.#header.step, finite(lossSum / test.count), correct / test.count);
  }
}

function append(series: LocalHeader["training"], step: number, loss: number | null, accuracy: number | null): void {
  series.step.push(step);
  series.loss.push(loss);
  series.accuracy.push(accuracy);
}

const finite = (value: number): number | null => (Number.isFinite(value) ? value : null);

function structuredCopy(header: LocalHeader): LocalHeader {
  const copy = ({ step, loss, accuracy }: LocalHeader["training"]) => ({
    step: [...step],
    loss: [...loss],
    accuracy: [...accuracy],
  });
  return {
    ...header,
    training: copy(header.training),
    evaluation: copy(header.evaluation),
    measurements: concatenateMeasurements([header.measurements]),
    opening: [...header.opening],
    interval: [...header.interval],
    commits: [...header.commits],
  };
}
