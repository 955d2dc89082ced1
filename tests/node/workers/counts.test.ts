import { expect, test } from "vitest";
import { Counts } from "../../../workers/counts.ts";

test("counts are handed on every five minutes, each once, and stay in sight", () => {
  const counts = new Counts();
  const minute = 60_000;
  counts.add(["requests", "a"], minute);
  expect(counts.due(5 * minute)).toBeNull();
  counts.add(["requests"], 6 * minute);
  expect(counts.due(6 * minute)).toEqual({ requests: 2, a: 1 });
  expect(counts.due(20 * minute)).toBeNull();
  counts.add(["a"], 20 * minute);
  expect(counts.due(20 * minute)).toEqual({ a: 1 });
  expect(counts.all(21 * minute)).toEqual({ seconds: 1200, counts: { requests: 2, a: 2 } });
});
