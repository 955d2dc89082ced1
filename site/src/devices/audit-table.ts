import { canonicalJson } from "../../../shared/math/json.ts";
import { median } from "../../../shared/math/median.ts";
import type { Device } from "../../../shared/protocol/lease.ts";
import type { StudySnapshot } from "../../../shared/protocol/snapshot.ts";
import type { Table } from "../figures/figure.ts";
import { deviceName } from "./device-name.ts";
import { networkWords } from "./device-table.ts";

interface Pair {
  readonly network: string;
  readonly steps: number;
  readonly of: Device;
  readonly by: Device;
  readonly distances: number[];
  agreed: number;
}

/** How far kinds of devices came out from each other where one audited the other, from what the audits of volunteers' shards measured: most compared first. */
export function auditTable(snapshot: StudySnapshot | null): Table {
  const pairs = new Map<string, Pair>();
  for (const { experiment, audited } of snapshot?.experiments ?? []) {
    const network = networkWords(experiment);
    for (const { of, by, steps, agreed, distances } of audited?.pairs ?? []) {
      const key = canonicalJson({ network, of, by, steps });
      const pair = pairs.get(key) ?? { network, steps, of, by, distances: [], agreed: 0 };
      pair.agreed += agreed;
      pair.distances.push(...distances);
      pairs.set(key, pair);
    }
  }
  const rows = [...pairs.values()].sort((a, b) => b.agreed - a.agreed);
  return {
    columns: ["Network", "Trained on", "Again on", "Steps", "Intervals", "The same bits", "Median distance", "Largest"],
    rows: rows.map(({ network, steps, of, by, agreed, distances }) => [
      network,
      named(of),
      named(by),
      steps.toLocaleString("en"),
      agreed.toLocaleString("en"),
      `${distances.filter((distance) => distance === 0).length} of ${distances.length}`,
      power(median(distances)),
      power(Math.max(...distances)),
    ]),
    note: "Intervals that agreed. Of each pair of devices the latest distances are kept, up to 50 for an experiment.",
  };
}

const named = (device: Device) => `${deviceName(device)}; ${device.platform}`;

/** "1.2e-7": how the drift of providers is written, too. */
const power = (distance: number) => (distance === 0 ? "0" : distance.toExponential(1));
