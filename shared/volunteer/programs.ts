import { canonicalJson } from "../math/json.ts";
import { compileTraining, type Target, type TrainingProgram } from "../nn/training.ts";
import type { TrainingSpec } from "../protocol/training-spec.ts";
import type { Runtime, Trainer } from "./ports.ts";

/** The compiled models and the open trainer of the last shards: the next shard often trains the same network. */
export class Programs {
  readonly #compiled = new Map<string, TrainingProgram>();
  #trainer: { readonly sha256: string; readonly trainer: Trainer } | null = null;

  compile({ network, normalization, batchSize }: TrainingSpec, target: Target): TrainingProgram {
    const key = canonicalJson({ network, normalization, batchSize, target });
    const program = this.#compiled.get(key) ?? compileTraining({ network, normalization, batchSize }, target);
    this.#compiled.set(key, program);
    return program;
  }

  /** The trainer of a program; the one of another program is closed. */
  async open(runtime: Runtime, program: TrainingProgram): Promise<Trainer> {
    if (this.#trainer?.sha256 !== program.train.sha256) {
      await this.#trainer?.trainer.close();
      this.#trainer = null;
      this.#trainer = { sha256: program.train.sha256, trainer: await runtime.open(program) };
    }
    return this.#trainer.trainer;
  }

  /** After the runtime went away: its trainers went with it. */
  forget(): void {
    this.#trainer = null;
  }
}
