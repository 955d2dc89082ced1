import type { Model } from "../graph/model.ts";
import { canonicalJson } from "../math/json.ts";
import { stepFlops } from "../nn/flops.ts";
import { compilePrediction } from "../nn/prediction.ts";
import { compileProbes, type ProbeModels } from "../nn/probes/probe-models.ts";
import { compileTraining, type Target, type TrainingProgram } from "../nn/training.ts";
import type { Probes } from "../protocol/probes.ts";
import type { TrainingSpec } from "../protocol/training-spec.ts";
import { EXAMPLES } from "./example-images.ts";
import type { Runtime, Trainer } from "./ports.ts";

/** The compiled models and the open trainer of the last shards: the next shard often trains the same network. */
export class Programs {
  readonly #compiled = new Map<string, TrainingProgram>();
  readonly #probes = new Map<string, ProbeModels>();
  readonly #predictions = new Map<string, Model>();
  readonly #flops = new Map<string, number>();
  #open: { readonly key: string; readonly trainer: Promise<Trainer> } | null = null;

  compile({ network, normalization, batchSize }: TrainingSpec, target: Target): TrainingProgram {
    const key = canonicalJson({ network, normalization, batchSize, target });
    const program = this.#compiled.get(key) ?? compileTraining({ network, normalization, batchSize }, target);
    this.#compiled.set(key, program);
    return program;
  }

  /** The model that says what the network in training thinks of a few images; they must be images. */
  prediction({ network, normalization }: TrainingSpec, target: Target): Model {
    const key = canonicalJson({ network, normalization, target });
    const model = this.#predictions.get(key) ?? compilePrediction({ network, normalization, batchSize: EXAMPLES }, target);
    this.#predictions.set(key, model);
    return model;
  }

  /** Floating-point operations of a step. */
  flopsPerStep({ network, normalization, batchSize }: TrainingSpec): number {
    const key = canonicalJson({ network, normalization, batchSize });
    const flops = this.#flops.get(key) ?? stepFlops({ network, normalization, batchSize });
    this.#flops.set(key, flops);
    return flops;
  }

  /** The trainer of a spec, with its probes; the one of another spec is closed first. Asked twice meanwhile, it opens once. */
  open(runtime: Runtime, spec: TrainingSpec): Promise<Trainer> {
    const program = this.compile(spec, runtime.target);
    const { probes } = spec;
    const key = canonicalJson({ sha256: program.train.sha256, probes: probes ?? null });
    if (this.#open?.key === key) return this.#open.trainer;
    const measuring = probes && { probes, models: this.#probeModels(spec, probes, runtime.target) };
    const closed = this.#open?.trainer.then((before) => before.close());
    const trainer = Promise.resolve(closed).then(() => runtime.open(program, measuring));
    this.#open = { key, trainer };
    trainer.catch(() => {
      if (this.#open?.trainer === trainer) this.#open = null;
    });
    return trainer;
  }

  #probeModels({ network, normalization, batchSize }: TrainingSpec, probes: Probes, target: Target): ProbeModels {
    const key = canonicalJson({ network, normalization, batchSize, probes, target });
    const models = this.#probes.get(key) ?? compileProbes({ network, normalization, batchSize }, probes, target);
    this.#probes.set(key, models);
    return models;
  }

  /** After the runtime went away: its trainers went with it. */
  forget(): void {
    this.#open = null;
  }
}
