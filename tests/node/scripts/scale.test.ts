import { expect, test } from "vitest";
import { costOfAMillion, freeResults } from "../../../scripts/load/prices.ts";
import { Agenda } from "../../../scripts/scale/agenda.ts";
import { breaksAt, callCost } from "../../../scripts/scale/breaking.ts";
import { stretch } from "../../../scripts/scale/stretch.ts";

test("who is due comes in the order of time, however it was put down", () => {
  const agenda = new Agenda(100);
  const times = Array.from({ length: 100 }, (_, i) => (i * 37) % 101);
  times.forEach((at, who) => agenda.put(at, who));
  const taken = times.map(() => [agenda.nextAt, times[agenda.take()]]);
  const sorted = times.toSorted((a, b) => a - b);
  expect(taken).toEqual(sorted.map((at) => [at, at]));
  expect(agenda.nextAt).toBe(Infinity);
});

test("a simulated crowd trains with the project's own objects, and everything comes to the root of its gateways", async () => {
  const wish = { volunteers: 20, gateways: 2, homes: 3, seconds: 200 };
  const { tally, roots, gateway, study, home, taken, kvWrites, rows } = await stretch(wish);
  expect(tally.results).toBeGreaterThan(4);
  expect(tally.parts).toBeGreaterThan(1);
  expect(tally.leases + tally.idle).toBeGreaterThanOrEqual(tally.results);
  // The root hears of it in batches: it is asked less than a gateway, and it alone publishes, and tells the study.
  expect(roots.busiest.calls).toBeLessThan(gateway.busiest.calls);
  expect([gateway.objects, taken.objects]).toEqual([2, 15]);
  expect(study.busiest.calls).toBeGreaterThan(0);
  // Sessions and calibrations are the homes', and gifts.
  expect(home.objects).toBe(3);
  expect(tally.calibrations).toBe(tally.sessions);
  expect(200 * home.all.calls).toBeGreaterThan(tally.sessions + tally.calibrations);
  expect(kvWrites).toBeGreaterThan(10);
  expect(rows).toBeGreaterThan(10 * tally.results);
});

test("where a thread is full: n volunteers' calls, each dearer by every volunteer, take a second in a second", () => {
  const points = [10, 20, 40].map((volunteers) => {
    const calls = 0.1 * volunteers;
    return { volunteers, calls, busy: (calls * (2 + 0.01 * volunteers)) / 1000 };
  });
  const cost = callCost(points);
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
