import { canonicalJson } from "../../../shared/math/json.ts";
import { median } from "../../../shared/math/median.ts";
import { stepFlops } from "../../../shared/nn/flops.ts";
import type { ExperimentHeader } from "../../../shared/protocol/experiment.ts";
import type { Device } from "../../../shared/protocol/lease.ts";
import type { Normalization } from "../../../shared/protocol/training-spec.ts";
import type { StudySnapshot } from "../../../shared/protocol/snapshot.ts";
import type { Table } from "../figures/figure.ts";
import { operations, share } from "../words.ts";
import { deviceName } from "./device-name.ts";
import { normalizationName } from "./normalization-name.ts";

/** "VGG-16, 1/8 of its channels", "Deep linear, 25 layers" */
export function networkWords({ plan }: ExperimentHeader): string {
  const { network } = plan.spec;
  switch (network.family) {
    case "vgg":
    case "resnet":
      return `${network.family === "vgg" ? "VGG" : "ResNet"}-${network.depth}${network.width === 1 ? "" : `, ${share(network.width)} of its channels`}`;
    case "deep-linear":
      return `Deep linear, ${network.layers} layers`;
    case "mlp":
      return `MLP, ${network.depth} layers`;
  }
}

interface Group {
  readonly device: Device;
  readonly network: string;
  readonly normalization: Normalization;
  /** Images (or samples) a second, shard by shard. */
  readonly speeds: number[];
  readonly flopsPerImage: number;
  steps: number;
  /** Shards of which an audit passed. */
  audited: number;
}

const keyOf = (device: Device, network: string, normalization: Normalization, batchSize: number): string =>
  canonicalJson({ device, network, normalization, batchSize });

/** Three digits, without a power of ten. */
const rounded = (speed: number) => Number(speed.toPrecision(3)).toLocaleString("en");

/** How fast each kind of device trained each network, from the shards that were accepted: fastest first. */
export function deviceTable(snapshot: StudySnapshot | null): Table {
  const groups = new Map<string, Group>();
  for (const { experiment, metrics, audited } of snapshot?.experiments ?? []) {
    const { spec, variants } = experiment.plan;
    const network = networkWords(experiment);
    for (const { id, runs } of metrics.variants) {
      const { normalization } = variants.find((variant) => variant.id === id) ?? { normalization: "none" as const };
      for (const { device, fromStep, toStep, trainMs } of runs.flatMap(({ provenance }) => provenance)) {
        if (trainMs <= 0) continue;
        const key = keyOf(device, network, normalization, spec.batchSize);
        const group = groups.get(key) ?? {
          ...{ device, network, normalization, speeds: [], steps: 0, audited: 0 },
          flopsPerImage: stepFlops({ ...spec, normalization }) / spec.batchSize,
        };
        group.speeds.push((1000 * spec.batchSize * (toStep - fromStep)) / trainMs);
        group.steps += toStep - fromStep;
        groups.set(key, group);
      }
      for (const { device, passed } of audited?.shards.filter(({ variant }) => variant === id) ?? []) {
        const group = groups.get(keyOf(device, network, normalization, spec.batchSize));
        if (group) group.audited += passed;
      }
    }
  }
  const rows = [...groups.values()]
    .map((group) => ({ ...group, speed: median(group.speeds) }))
    .sort((a, b) => b.flopsPerImage - a.flopsPerImage || b.speed - a.speed);
  return {
    columns: ["Network", "Normalization", "Images/s", "From–to", "Arithmetic", "Device", "Runtime", "Shards", "Audited", "Steps"],
    rows: rows.map(({ device, network, normalization, speed, speeds, flopsPerImage, steps, audited }) => [
      network,
      normalizationName(normalization),
      rounded(speed),
      `${rounded(Math.min(...speeds))}–${rounded(Math.max(...speeds))}`,
      operations(speed * flopsPerImage).replace(" ", "\u00a0"),
      deviceName(device),
      `${device.runtime}, ${device.platform}`,
      speeds.length.toLocaleString("en"),
      audited.toLocaleString("en"),
      steps.toLocaleString("en"),
    ]),
    note: "Images/s is the median over shards; time for tests and measurements is not in it, and neither are pauses. Audited are shards of which an interval was trained again by somebody else, or the end tested again, and agreed; an audit checks numbers, not speed. The deep linear network has samples for images.",
  };
}
