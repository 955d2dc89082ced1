import { describe, expect, test } from "vitest";
import { noteOfLoss, noteOfWrongGpu, recoveryFrom } from "../../../shared/volunteer/after-trouble.ts";
import { Failure, LeaseLost, Refused, RuntimeLost } from "../../../shared/volunteer/outcomes.ts";

const refused = () => new Refused({ title: "t", status: 422, detail: "loss: got NaN, want a finite number" });

describe("after a shard that could not be finished", () => {
  test("a lost lease is waited for longer each time, at most a minute", () => {
    const waits = [0, 1, 2, 20].map((troubles) => recoveryFrom(new LeaseLost("gone"), troubles, 1));
    expect(waits.map((recovery) => "waitMs" in recovery && recovery.waitMs)).toEqual([1_000, 2_000, 4_000, 60_000]);
    expect(new Set(waits.map(({ kind }) => kind))).toEqual(new Set(["ask-again"]));
  });

  test("a lost device is opened again, however many leases failed before", () => {
    const lost = new RuntimeLost("the GPU was lost");
    expect(recoveryFrom(lost, 9, 0)).toEqual({ kind: "open-again", lost });
  });

  test("a refusal starts the shard afresh, the third in a row ends it and keeps nothing", () => {
    expect([0, 1, 2].map((troubles) => recoveryFrom(refused(), troubles, 0).kind)).toEqual([
      "start-afresh",
      "start-afresh",
      "give-up",
    ]);
    expect(recoveryFrom(refused(), 2, 0)).toEqual({ kind: "give-up", isRefused: true });
    expect(recoveryFrom(refused(), 0, 0)).toMatchObject({
      note: "The coordinator refused the shard: loss: got NaN, want a finite number",
    });
  });

  test("anything unforeseen is for a person, and the local checkpoint stays", () => {
    expect(recoveryFrom(new TypeError("x is not a function"), 0, 0)).toEqual({ kind: "give-up", isRefused: false });
  });
});

test("a device is opened again six times; the seventh loss in a row is for a person", () => {
  const lost = new RuntimeLost("out of memory");
  expect(noteOfLoss(lost, 6)).toBe("The device was lost (out of memory): training goes on from the last local checkpoint.");
  expect(() => noteOfLoss(lost, 7)).toThrow(Failure);
});

test("a GPU that computes wrongly leaves the training to the processor, and what is not a GPU to nobody", () => {
  expect(noteOfWrongGpu("loss 3 was 2.1", 0)).toContain("so the processor trains instead");
  expect(() => noteOfWrongGpu("loss 3 was 2.1", 3)).toThrow(Failure);
});
