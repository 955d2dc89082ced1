import { describe, expect, test } from "vitest";
import { costOfAMillion, freeResults } from "../../../scripts/load/prices.ts";
import { breaksAt, callCost } from "../../../scripts/scale/breaking.ts";
import { stretch } from "../../../scripts/scale/stretch.ts";

describe("a simulated crowd", () => {
  test("trains with the coordinator's own class, and everything comes to the root of its gateways", async () => {
    const { tally, rootCalls, gatewayCalls, kvWrites } = await stretch(12, 16, 2, 200);
    expect(tally.results).toBeGreaterThan(8);
    expect(tally.leases).toBeGreaterThanOrEqual(tally.results);
    // The root hears of it in batches: it is asked less than a gateway, and it alone publishes.
    expect(rootCalls).toBeLessThan(gatewayCalls);
    expect(kvWrites).toBeGreaterThan(10);
  });

  test("whoever finds no run waits and asks again", async () => {
    const { tally } = await stretch(6, 2, 0, 100);
    expect(tally.idle).toBeGreaterThan(4);
  });
});

test("where a thread is full: n volunteers' calls, each dearer by every lease, take a second in a second", () => {
  const stretches = [10, 20, 40].map((volunteers) => {
    const rootCalls = 0.1 * volunteers;
    return { volunteers, rootCalls, rootBusy: (rootCalls * (2 + 0.01 * volunteers)) / 1000 };
  });
  const cost = callCost(stretches);
  expect([cost.fixed, cost.perLease]).toEqual([expect.closeTo(2), expect.closeTo(0.01)]);
  const n = breaksAt(cost, 0.1);
  const busyMs = (volunteers: number) => 0.1 * volunteers * (2 + 0.01 * volunteers);
  expect(busyMs(n)).toBeLessThanOrEqual(1000);
  expect(busyMs(n + 1)).toBeGreaterThan(1000);
});

test("what a result costs, and what binds first where it is free", () => {
  const use = { requests: 10, cpuMs: 50, objectRequests: 20, rowsWritten: 40, kvReads: 2, stored: 1, looked: 1 };
  expect(costOfAMillion(use)).toEqual({ requests: 3, CPU: 1, objects: 3, rows: 40, KV: 1, R2: 4.86 });
  expect(freeResults(use)[0]).toEqual({ binds: "rows written", results: 2500 });
});
