import { expect, test } from "vitest";
import { decodeLocal, encodeLocal, type LocalCheckpoint } from "../../../shared/volunteer/local-checkpoint.ts";
import { Memory } from "../../../shared/volunteer/memory.ts";
import { mapStore } from "./fixtures.ts";

const local: LocalCheckpoint = {
  lease: `a.${crypto.randomUUID()}`,
  experiment: "training",
  shard: "batchnorm-lr0.1.s1.k0",
  specSha256: "a".repeat(64),
  modelSha256: "b".repeat(64),
  startCheckpoint: null,
  step: 3,
  divergedAt: null,
  training: { step: [0, 2], loss: [2.5, null], accuracy: [0.125, 0.25] },
  evaluation: { step: [0], loss: [2.25], accuracy: [0.1] },
  trainMs: 12.5,
  evaluateMs: 3,
  measurements: {},
  opening: [2.5, 2.25, 2.125],
  interval: [2.125],
  commits: [{ step: 2, checkpoint: "c".repeat(64), opening: [2.5, 2.25], log: "d".repeat(64) }],
  checkpoint: Uint8Array.of(1, 2, 3, 255),
};

test("a local checkpoint survives its bytes", () => {
  expect(decodeLocal(encodeLocal(local))).toEqual(local);
});

test.each([
  ["nothing", new Uint8Array(0)],
  ["a torn one", encodeLocal(local).subarray(0, 100)],
  ["something else", new TextEncoder().encode("not a checkpoint at all")],
])("%s counts as none", (_, bytes) => {
  expect(decodeLocal(bytes)).toBeNull();
});

test("a store keeps what was given, and a closed one only forgets", async () => {
  const memory = new Memory(mapStore());
  await memory.setContribution({ shards: 1, steps: 200, trainMs: 5 });
  expect(await memory.contribution()).toEqual({ shards: 1, steps: 200, trainMs: 5 });
  const closed = () => Promise.reject(new Error("closed"));
  const forgetful = new Memory({ get: closed, put: closed, delete: closed });
  await forgetful.setCheckpoint(local);
  expect(await forgetful.checkpoint()).toBeNull();
  expect(await forgetful.contribution()).toEqual({ shards: 0, steps: 0, trainMs: 0 });
});
