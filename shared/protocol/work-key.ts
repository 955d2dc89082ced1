import { canonicalJson } from "../math/json.ts";
import { sha256Hex } from "../math/sha256.ts";
import type { TrainingSpec } from "./training-spec.ts";

/** Names what decides how long a step takes on a device, measurements included: runs of one key train at one speed. 16 hexadecimal digits. */
export function workKey({
  dataset,
  network,
  normalization,
  batchSize,
  recordEvery,
  evaluateEvery,
  probes,
}: TrainingSpec): string {
  const work = { dataset, network, normalization, batchSize, recordEvery, evaluateEvery, probes };
  return sha256Hex(canonicalJson(work)).slice(0, 16);
}
