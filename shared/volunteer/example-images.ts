import { softmax } from "../nn/prediction.ts";
import type { Model } from "../graph/model.ts";
import { CLASSES } from "../protocol/dataset.ts";
import { emptyBatch, type Split } from "./dataset.ts";
import type { Clock, Trainer } from "./ports.ts";
import type { Examples } from "./view.ts";

/** Test images that are shown, one of each class: the batch of the model that predicts. */
export const EXAMPLES = CLASSES.length;
/** Other runs show other images: the first, second, ... of each class. */
const SETS = 20;
const SHORTEST_PAUSE_MS = 5_000;
const LONGEST_PAUSE_MS = 120_000;
/** Looking may take this share of the time. */
const SHARE = 0.02;

/** How long after a look that took so long the next one may come. */
export const pauseAfterLook = (tookMs: number): number => Math.min(LONGEST_PAUSE_MS, Math.max(SHORTEST_PAUSE_MS, tookMs / SHARE));

/** Asks the network in training about ten test images now and then, so that a volunteer sees it learn. It only reads the weights. */
export class ExampleImages {
  readonly #indices: readonly number[];
  readonly #test: Split;
  readonly #model: Model;
  readonly #trainer: Trainer;
  readonly #clock: Clock;
  #dueMs = 0;

  /** @param model of compilePrediction with a batch of EXAMPLES */
  constructor(test: Split, seed: number, model: Model, trainer: Trainer, clock: Clock) {
    this.#indices = oneOfEachClass(test, seed % SETS);
    this.#test = test;
    this.#model = model;
    this.#trainer = trainer;
    this.#clock = clock;
  }

  get isDue(): boolean {
    return this.#clock.now() >= this.#dueMs;
  }

  /** What the network says after `step` updates; null where it could not be asked: training does not depend on it. */
  async look(step: number): Promise<Examples | null> {
    const started = this.#clock.now();
    const batch = emptyBatch(EXAMPLES);
    this.#test.fill(batch, this.#indices);
    const logits = await this.#trainer.predict(this.#model, { images: batch.images }).catch(() => null);
    const tookMs = this.#clock.now() - started;
    this.#dueMs = logits ? started + tookMs + pauseAfterLook(tookMs) : Infinity;
    if (!logits) return null;
    const classes = logits.length / EXAMPLES;
    return {
      step,
      tookMs,
      images: this.#indices.map((image, row) => ({
        label: this.#test.label(image),
        pixels: new Uint8Array(this.#test.pixels(image)), // a copy: sending a view would send the whole chunk
        probabilities: softmax([...logits.slice(row * classes, (row + 1) * classes)]),
      })),
    };
  }
}

/** The n-th image of each class, in the order of the classes; of a class with fewer images, its last. */
function oneOfEachClass(test: Split, n: number): number[] {
  const found = CLASSES.map((): number[] => []);
  for (let image = 0; image < test.count; image++) {
    const own = found[test.label(image)];
    if (own && own.length <= n) own.push(image);
  }
  return found.flatMap((own) => own.at(-1) ?? []);
}
