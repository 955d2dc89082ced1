import { canonicalJson } from "../math/json.ts";
import { compileTraining, type Target, type TrainingProgram } from "../nn/training.ts";
import type { TrainingSpec } from "../protocol/training-spec.ts";
import type { Runtime, Trainer } from "./ports.ts";

/** The compiled models and the open trainer of the last shards: the next shard often trains the same network. */
export class Programs {
  readonly #compiled = new Map<string, TrainingProgram>();
  #open: { readonly sha256: string; readonly trainer: Promise<Trainer> } | null = null;

  compile({ network, normalization, batchSize }: TrainingSpec, target: Target): TrainingProgram {
    const key = canonicalJson({ network, normalization, batchSize, target });
    const program = this.#compiled.get(key) ?? compileTraining({ network, normalization, batchSize }, target);
    this.#compiled.set(key, program);
    return program;
  }

  /** The trainer of a program; the one of another program is closed first. Asked twice meanwhile, it opens once. */
  open(runtime: Runtime, program: TrainingProgram): Promise<Trainer> {
    const { sha256 } = program.train;
    if (this.#open?.sha256 === sha256) return this.#open.trainer;
    const closed = this.#open?.trainer.then((before) => before.close());
    const trainer = Promise.resolve(closed).then(() => runtime.open(program));
    this.#open = { sha256, trainer };
    trainer.catch(() => {
      if (this.#open?.trainer === trainer) this.#open = null;
    });
    return trainer;
  }

  /** After the runtime went away: its trainers went with it. */
  forget(): void {
    this.#open = null;
  }
}
