import { expect, test } from "vitest";
import { rollBack, type Standing } from "../../../workers/audit/roll-back.ts";

const result = (position: number, variant: string, shard: number, volunteer: string): Standing => ({
  ...{
    position,
    shard: `${variant}.k${shard}`,
    variant,
    seed: 1,
    fromStep: shard * 10,
    volunteer,
    endCheckpoint: `${variant}${shard}`,
  },
});

test("a volunteer's results leave with what continued from them, and its runs go back to the last good checkpoint", () => {
  const standing = [
    ...[result(1, "a", 0, "ada"), result(4, "a", 2, "bob"), result(2, "a", 1, "eve"), result(5, "a", 3, "eve")],
    ...[result(3, "b", 0, "eve"), result(6, "c", 0, "bob")],
  ];
  const { voided, runs } = rollBack(standing, "eve");
  expect(voided).toEqual([
    { position: 2, shard: "a.k1", for: "identity" },
    { position: 4, shard: "a.k2", for: "continued" },
    { position: 5, shard: "a.k3", for: "identity" },
    { position: 3, shard: "b.k0", for: "identity" },
  ]);
  expect(runs).toEqual([
    { variant: "a", seed: 1, shards: 1, step: 10, checkpoint: "a0", divergedAt: null },
    { variant: "b", seed: 1, shards: 0, step: 0, checkpoint: null, divergedAt: null },
  ]);
});

test("a stranger's voiding changes nothing", () => {
  expect(rollBack([result(1, "a", 0, "ada")], "eve")).toEqual({ voided: [], runs: [] });
});
