import { add } from "../graph/ops/add.ts";
import { concat } from "../graph/ops/concat.ts";
import { constant } from "../graph/ops/constant.ts";
import { multiply } from "../graph/ops/multiply.ts";
import { reshape } from "../graph/ops/reshape.ts";
import { slice } from "../graph/ops/slice.ts";
import { elements, type Value } from "../graph/value.ts";

/** Share of the old running average that a step keeps (TensorFlow's default, likely the paper's). */
const MOMENTUM = 0.99;

/** Two statistics of each normalized channel (mean and variance; mean and scale for l_p): the batch's in training, running averages in testing. */
export interface Statistics {
  readonly training: boolean;
  /** Training: keeps a batch's two statistics, shaped alike, for the running averages. */
  record(first: Value, second: Value): void;
  /** Testing: the running averages of the next normalized layer. */
  running(shape: readonly number[]): { first: Value; second: Value };
}

/** Collects the batch statistics while a network is built in training mode. */
export class BatchStatistics implements Statistics {
  readonly training = true;
  readonly #recorded: Value[] = [];

  record(first: Value, second: Value): void {
    this.#recorded.push(first, second);
  }

  running(): never {
    throw new Error("statistics: got a request for running averages, want testing mode");
  }

  /** Lengths of mean, variance, mean, ...: the layout of the flat vector. */
  get lengths(): number[] {
    return this.#recorded.map(({ shape }) => elements(shape));
  }

  /** The flat vector of running averages after this batch: momentum old + (1 - momentum) batch. */
  next(running: Value): Value {
    const flat = concat(this.#recorded.map((value) => reshape(value, [elements(value.shape)])));
    return add(multiply(running, constant(MOMENTUM, running.dtype)), multiply(flat, constant(1 - MOMENTUM, running.dtype)));
  }
}

/** Hands out the running averages, in the order of the network's layers. */
export class RunningStatistics implements Statistics {
  readonly training = false;
  readonly #vector: Value | undefined;
  #from = 0;

  constructor(vector: Value | undefined) {
    this.#vector = vector;
  }

  record(): never {
    throw new Error("statistics: got batch statistics, want training mode");
  }

  running(shape: readonly number[]): { first: Value; second: Value } {
    return { first: this.#take(shape), second: this.#take(shape) };
  }

  #take(shape: readonly number[]): Value {
    if (this.#vector === undefined)
      throw new Error("statistics: got no running averages, want a network trained with batch statistics");
    const part = slice(this.#vector, this.#from, (this.#from += elements(shape)));
    return reshape(part, shape);
  }
}

/** Before the first step: mean 0, variance 1 for each channel. */
export function initialStatistics(lengths: readonly number[]): Float64Array {
  return Float64Array.from(lengths.flatMap((length, i) => new Array<number>(length).fill(i % 2)));
}
