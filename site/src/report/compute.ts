import type { StudySnapshot } from "../../../shared/protocol/snapshot.ts";
import { duration } from "../words.ts";

/** What one kind of machine gave to the study. */
export interface ComputeRow {
  readonly provider: string;
  readonly processor: string;
  readonly shards: string;
  readonly steps: string;
  readonly time: string;
}

const PROVIDERS: Readonly<Record<string, string>> = {
  webgpu: "GPU, in the browser (WebGPU)",
  wasm: "processor, in the browser (WebAssembly)",
  cpu: "processor, command line",
};

/** Everything that was trained, by kind of machine, most time first. Time is the clock's, in training, probes and evaluation. */
export function computeRows(snapshot: StudySnapshot | null): readonly ComputeRow[] {
  const kinds = new Map<string, { provider: string; processor: string; shards: number; steps: number; ms: number }>();
  for (const { metrics } of snapshot?.experiments ?? []) {
    for (const { provenance } of metrics.variants.flatMap(({ runs }) => runs)) {
      for (const { device, fromStep, toStep, trainMs, evaluateMs } of provenance) {
        const processor = device.adapter ?? "not shown";
        const key = `${device.provider} ${processor}`;
        const kind = kinds.get(key) ?? { provider: device.provider, processor, shards: 0, steps: 0, ms: 0 };
        kinds.set(key, {
          ...kind,
          shards: kind.shards + 1,
          steps: kind.steps + toStep - fromStep,
          ms: kind.ms + trainMs + evaluateMs,
        });
      }
    }
  }
  return [...kinds.values()]
    .sort((a, b) => b.ms - a.ms)
    .map(({ provider, processor, shards, steps, ms }) => ({
      ...{ provider: PROVIDERS[provider] ?? provider, processor },
      ...{ shards: shards.toLocaleString("en"), steps: steps.toLocaleString("en"), time: duration(ms / 1000) },
    }));
}

/** Watts that a desktop processor and its machine are taken to draw for one training; nobody measures it. */
export const ASSUMED_WATTS = 30;

/** Time of all that was trained, tests included, ms. */
export const computeMs = (snapshot: StudySnapshot | null): number =>
  (snapshot?.experiments ?? [])
    .flatMap(({ metrics }) => metrics.variants.flatMap(({ runs }) => runs.flatMap(({ provenance }) => provenance)))
    .reduce((sum, { trainMs, evaluateMs }) => sum + trainMs + evaluateMs, 0);

/** Energy under that assumption, kWh; null before anything was trained. */
export function assumedEnergyKwh(snapshot: StudySnapshot | null): number | null {
  const ms = computeMs(snapshot);
  return ms === 0 ? null : (ASSUMED_WATTS * ms) / 3_600_000 / 1000;
}
