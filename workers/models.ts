import type { MemoryNeed } from "../shared/nn/memory-need.ts";
import { targetOf } from "../shared/nn/target.ts";
import type { Plan, Variant } from "../shared/protocol/experiment.ts";
import type { Device, Provider } from "../shared/protocol/lease.ts";
import type { TrainingSpec } from "../shared/protocol/training-spec.ts";
import { memoryNeeds, modelSha256 } from "./programs.ts";
import type { CoordinatorStore } from "./store-sqlite.ts";

/** The models of an experiment's plan, and what they take of a device. */
export class Models {
  private readonly store: CoordinatorStore;
  private readonly deployment: string;
  private readonly known = new Map<Provider, (variant: Variant) => MemoryNeed>();

  /** @param deployment names the code that runs: another may compile differently */
  constructor(store: CoordinatorStore, deployment: string) {
    this.store = store;
    this.deployment = deployment;
  }

  /** What the plan's variants take of a device's memory; kept while the object is awake. */
  needs(plan: Plan, provider: Provider): (variant: Variant) => MemoryNeed {
    const known = this.known.get(provider) ?? memoryNeeds(plan, provider);
    this.known.set(provider, known);
    return known;
  }

  /** SHA-256 of the model that a device must train with: compiled once for each deployment. */
  of(spec: TrainingSpec, device: Device): string {
    const target = targetOf(device);
    const name = [this.deployment, spec.normalization, target].join("/");
    const known = this.store.model(name);
    if (known) return known;
    const sha256 = modelSha256(spec, target);
    this.store.addModel(name, sha256);
    return sha256;
  }
}
