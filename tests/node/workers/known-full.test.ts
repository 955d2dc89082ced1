import { expect, test } from "vitest";
import { idleReply } from "../../../workers/coordinator/idle.ts";
import { KnownFull } from "../../../workers/gateway/known-full.ts";

const full = idleReply("all-leased", 0.5);
const ask = (known: KnownFull, now: number, times: number) => {
  for (let i = 0; i < times; i++) {
    known.asking("a", now);
    known.heard("a", full, now);
  }
};

test("an object that said often that it has nothing is believed for a moment, and hears how many were turned away", () => {
  const known = new KnownFull();
  ask(known, 0, 9);
  expect(known.answer("a", 0, 0.5)).toBeNull();
  ask(known, 1000, 1);
  expect(known.answer("a", 1000, 0.5)).toEqual(full);
  expect(known.answer("a", 5999, 0)?.retryAfterSeconds).toBe(Math.ceil(0.75 * full.retryAfterSeconds));
  expect(known.answer("b", 1000, 0.5)).toBeNull();
  expect(known.answer("a", 6000, 0.5)).toBeNull();
  expect(known.asking("a", 6000)).toBe(2);
  // While that one is asked, the others are told what it said last.
  expect(known.answer("a", 6001, 0.5)).toEqual(full);
});

test("a lease, an answer that is for one device only, or a long silence is the end of it", () => {
  for (const other of [null, idleReply("too-large", 0), idleReply("all-fitting-leased", 0), idleReply("needs-float64", 0)]) {
    const known = new KnownFull();
    ask(known, 0, 10);
    known.heard("a", other, 0);
    expect(known.answer("a", 0, 0.5)).toBeNull();
  }
  const known = new KnownFull();
  ask(known, 0, 10);
  ask(known, 10_000, 1);
  expect(known.answer("a", 10_000, 0.5)).toBeNull();
});
