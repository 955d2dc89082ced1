import { expect, test } from "vitest";
import { backoffMs } from "../../../shared/volunteer/backoff.ts";
import { transitions } from "../../../shared/volunteer/phases.ts";
import { ViewState } from "../../../shared/volunteer/view-state.ts";

test("every phase can be reached, and every one can end", () => {
  const reached = new Set(["stopped"]);
  for (const phase of reached) for (const next of transitions[phase as keyof typeof transitions]) reached.add(next);
  expect([...reached].sort()).toEqual(Object.keys(transitions).sort());
  for (const [phase, next] of Object.entries(transitions)) if (phase !== "stopped") expect(next).toContain("stopped");
});

test("a transition that the table lacks is a bug, and says so", () => {
  const state = new ViewState(() => 0);
  expect(() => state.enter({ kind: "training" })).toThrow(
    "got phase training after stopped, want one of preparing, failed, elsewhere",
  );
});

test("tries come further and further apart, never more than a minute, and half at random", () => {
  expect([0, 1, 2, 10, 1000].map((attempt) => backoffMs(attempt, 1))).toEqual([1000, 2000, 4000, 60_000, 60_000]);
  expect(backoffMs(3, 0)).toBe(backoffMs(3, 1) / 2);
});
