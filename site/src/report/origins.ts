import type { Device } from "../../../shared/protocol/lease.ts";
import type { Provenance } from "../../../shared/protocol/result.ts";
import type { Replication } from "../../../shared/protocol/replication.ts";
import type { StudySnapshot } from "../../../shared/protocol/snapshot.ts";
import { volunteerName } from "../data/volunteer-name.ts";
import { plural } from "../words.ts";
import { type ShardCheck, shardCheck } from "./shard-check.ts";

/** A shard that stands behind a point: one seed's stretch of the curve. */
export interface Origin {
  readonly seed: number;
  readonly shard: Provenance;
  readonly check: ShardCheck;
}

/**
 * The shards behind a point of a variant's curve, by seed. Where one shard ends and the next begins there are two for a seed: the first trained to the
 * point, the second measured its batch.
 */
export function originsAt(
  snapshot: StudySnapshot | null,
  arm: { readonly experiment: string; readonly variant: string },
  step: number,
  replication: Replication | null = null,
): readonly Origin[] {
  const found = snapshot?.experiments.find(({ experiment }) => experiment.id === arm.experiment);
  const runs = found?.metrics.variants.find(({ id }) => id === arm.variant)?.runs ?? [];
  if (!found) return [];
  return runs.flatMap(({ seed, provenance }) =>
    provenance
      .filter(({ fromStep, toStep }) => fromStep <= step && step <= toStep)
      .map((shard) => ({ seed, shard, check: shardCheck(found, { variant: arm.variant, seed }, shard.shard, replication) })),
  );
}

const PROVIDERS: Readonly<Record<Device["provider"], string>> = {
  webgpu: "WebGPU",
  wasm: "WebAssembly",
  cpu: "native processor",
};

/** "WebGPU, apple metal-3, Chromium 156, macOS, onnxruntime-web 1.30.0" */
export const deviceWords = ({ provider, adapter, platform, runtime }: Device): string =>
  [PROVIDERS[provider], adapter, platform, runtime].filter(Boolean).join(", ");

/** Who and what stands behind a point, short enough to stand at the pointer: "Ada, 3fa94c1e and 1 more; WebGPU". */
export function originWords(origins: readonly Origin[], names: StudySnapshot["names"]): string {
  const who = [...new Set(origins.map(({ shard }) => volunteerName(shard.volunteer, names)))];
  const on = [...new Set(origins.map(({ shard }) => PROVIDERS[shard.device.provider]))];
  if (who.length === 0) return "not in this data";
  const rest = who.length > 2 ? ` and ${plural(who.length - 2, "other")}` : "";
  return `${who.slice(0, 2).join(", ")}${rest}; ${on.join(", ")}`;
}
