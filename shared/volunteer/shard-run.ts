import { batchIndices } from "../math/shuffle.ts";
import type { Heartbeat, Lease } from "../protocol/lease.ts";
import type { Dataset } from "./dataset.ts";
import { emptyBatch } from "./dataset.ts";
import type { LocalHeader } from "./local-checkpoint.ts";
import type { Batch, Clock, Measured, Trainer } from "./ports.ts";
import { Speed } from "./speed.ts";
import type { ShardView } from "./view.ts";

/** The first steps of a shard are all read, so that the volunteer sees a loss at once. */
const EAGER_STEPS = 5;

/** Called between two steps or two test batches; may save, wait or throw. */
export type Between = () => Promise<void>;

/** The shard in hand: trains it step by step and keeps its measurements. */
export class ShardRun {
  readonly #lease: Lease;
  readonly #trainer: Trainer;
  readonly #dataset: Dataset;
  readonly #clock: Clock;
  readonly #batch: Batch;
  readonly #speed = new Speed();
  /** Steps whose loss still lies on the device. */
  #unread: { step: number; measured: Measured }[] = [];
  #latest: { loss: number | null; accuracy: number | null } = { loss: null, accuracy: null };
  readonly #header: LocalHeader;

  /** @param header of a fresh lease, or of a local checkpoint whose state the trainer has loaded */
  constructor(lease: Lease, header: LocalHeader, trainer: Trainer, dataset: Dataset, clock: Clock) {
    this.#lease = lease;
    this.#trainer = trainer;
    this.#dataset = dataset;
    this.#clock = clock;
    this.#batch = emptyBatch(lease.spec.batchSize);
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
  async train(between: Between, evaluating: (done: number, total: number) => void, training: () => void): Promise<void> {
    const { toStep } = this.#lease.shard;
    for (;;) {
      if (this.#evaluationDue()) await this.#readAll(); // A run that diverged just before is not tested any more.
      if (this.#evaluationDue()) {
        await this.#evaluate(between, evaluating);
        training();
      }
      if (this.#header.step === toStep || this.#header.divergedAt !== null) return;
      await between();
      if (this.#header.divergedAt !== null) return;
      await this.#step();
    }
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
      curve: training.step.map((at, i) => ({ step: at, loss: training.loss[i] ?? null, accuracy: training.accuracy[i] ?? 0 })),
    };
  }

  async #step(): Promise<void> {
    const { spec, shard } = this.#lease;
    const { step } = this.#header;
    const started = this.#clock.now();
    this.#dataset.train.fill(this.#batch, batchIndices(spec.seed, step, spec.batchSize, this.#dataset.train.count));
    this.#unread.push({ step, measured: await this.#trainer.step(this.#batch, spec) });
    this.#header.step = step + 1;
    if (this.#isRecorded(step) || step < shard.fromStep + EAGER_STEPS || step + 1 === shard.toStep) await this.#readAll();
    const tookMs = this.#clock.now() - started;
    this.#header.trainMs += tookMs;
    this.#speed.add(tookMs);
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
      this.#latest = { loss: finite(loss), accuracy: Math.round((finite(accuracy) ?? 0) * batchSize) / batchSize };
      if (this.#isRecorded(step)) append(this.#header.training, step, this.#latest.loss, this.#latest.accuracy ?? 0);
      if (this.#latest.loss === null) this.#header.divergedAt = step;
    }
  }

  #isRecorded(step: number): boolean {
    return step % this.#lease.spec.recordEvery === 0;
  }

  /** After `step` updates: at multiples of evaluateEvery within (fromStep, toStep], and before the first update of a run. */
  #evaluationDue(): boolean {
    const { step, evaluation, divergedAt } = this.#header;
    const due = step === 0 || (step > this.#lease.shard.fromStep && step % this.#lease.spec.evaluateEvery! === 0);
    return due && divergedAt === null && evaluation.step.at(-1) !== step;
  }

  async #evaluate(between: Between, evaluating: (done: number, total: number) => void): Promise<void> {
    const { test } = this.#dataset;
    const { batchSize } = this.#lease.spec;
    let lossSum = 0;
    let correct = 0;
    let tookMs = 0;
    for (let first = 0; first < test.count; first += batchSize) {
      evaluating(first, test.count);
      await between();
      const started = this.#clock.now();
      const count = Math.min(batchSize, test.count - first);
      test.fill(
        this.#batch,
        Uint32Array.from({ length: count }, (_, i) => first + i),
      );
      const measured = await this.#trainer.evaluate(this.#batch);
      lossSum += measured.lossSum;
      correct += Math.round(measured.correct);
      tookMs += this.#clock.now() - started;
    }
    this.#header.evaluateMs += tookMs;
    append(this.#header.evaluation, this.#header.step, finite(lossSum / test.count), correct / test.count);
  }
}

function append(series: LocalHeader["training"], step: number, loss: number | null, accuracy: number): void {
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
  return { ...header, training: copy(header.training), evaluation: copy(header.evaluation) };
}
