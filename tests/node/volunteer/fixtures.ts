import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import path from "node:path";
import { nodeRuntime } from "../../../scripts/volunteer/ort-node.ts";
import { RECORD_BYTES } from "../../../shared/protocol/dataset.ts";
import type { TrainingSpec } from "../../../shared/protocol/training-spec.ts";
import { type Dataset, Split } from "../../../shared/volunteer/dataset.ts";
import type { Clock, Coordinator, Ports, Store } from "../../../shared/volunteer/ports.ts";

const DATA = path.resolve(import.meta.dirname, "../../../site/public/data/cifar10");

/** The smallest VGG there is, and two shards of six steps. */
export const tinySpec: TrainingSpec = {
  dataset: "cifar-10",
  network: { family: "vgg", depth: 11, width: 1 / 64, head: "linear" },
  normalization: "batch",
  learningRate: 0.05,
  weightDecay: 5e-4,
  batchSize: 8,
  steps: 12,
  seed: 7,
  recordEvery: 2,
  evaluateEvery: 6,
};

/** The first images of real CIFAR-10: 200 to train, 20 to test (not a multiple of the batch, so there is padding). */
export function fewImages(): Dataset {
  const images = (file: string, count: number) =>
    new Split([readFileSync(path.join(DATA, file)).subarray(0, count * RECORD_BYTES)]);
  return { train: images("train-0.bin", 200), test: images("test-0.bin", 20) };
}

/** Real time, a thousand times faster: a heartbeat of 25 s is due after 25 ms. */
export function fastClock(factor = 1000): Clock {
  return {
    now: () => performance.now() * factor,
    sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms / factor)),
    turn: () => new Promise((resolve) => setImmediate(resolve)),
  };
}

export function mapStore(): Store & { readonly map: Map<string, Uint8Array> } {
  const map = new Map<string, Uint8Array>();
  return {
    map,
    get: (name) => Promise.resolve(map.get(name) ?? null),
    put: (name, bytes) => Promise.resolve(void map.set(name, bytes)),
    delete: (name) => Promise.resolve(void map.delete(name)),
  };
}

export const sha256 = (bytes: Uint8Array) => Promise.resolve(createHash("sha256").update(bytes).digest("hex"));

/** Ports on the real runtime and real images, with memory for a disk. */
export function ports(coordinator: Coordinator, changed: Partial<Ports> = {}): Ports {
  return {
    clock: fastClock(),
    random: () => 0.5,
    sha256,
    coordinator,
    store: mapStore(),
    openRuntime: () => Promise.resolve(nodeRuntime(1)),
    openDataset: () => Promise.resolve(fewImages()),
    ...changed,
  };
}
