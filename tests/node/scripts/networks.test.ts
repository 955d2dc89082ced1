import { expect, test } from "vitest";
import { inTurns, KEPT_BELOW, keptPerTurn, networksOfStudy } from "../../../scripts/soak/networks.ts";

test(
  "a process that trains one network after another keeps nothing of those that it has left",
  { timeout: 300_000 },
  async () => {
    const kinds = new Map(networksOfStudy().map((spec) => [`${spec.network.family} ${spec.normalization}`, spec]));
    const small = ["vgg none", "vgg batch", "vgg noise", "deep-linear none"].map((kind) => {
      const spec = kinds.get(kind)!;
      return spec.network.family === "vgg" ? { ...spec, network: { ...spec.network, width: 1 / 64 }, batchSize: 2 } : spec;
    });
    expect(keptPerTurn(await inTurns(small, 6, true))).toBeLessThan(KEPT_BELOW);
  },
);
