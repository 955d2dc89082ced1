import { expect, test } from "vitest";
import { LeaseId } from "../../../shared/protocol/primitives.ts";
import { leasesPerNetwork } from "../../../workers/identity/caps.ts";
import { askingOrder } from "../../../workers/gateway/asking-order.ts";
import { gatewayOfLease, gatewayUuid } from "../../../workers/gateway/lease-uuid.ts";
import { gatewayOfSeed, gatewaysFor, holds } from "../../../workers/gateway/place.ts";

const seeds = [3, 5, 8, 13, 21, 34];

test("a lease's id names its gateway, and is a lease's id all the same", () => {
  for (const number of [1, 255, 65_535]) {
    const id = `training-pilot-0123abcd.${gatewayUuid(crypto.randomUUID(), number)}`;
    expect(LeaseId.parse(id)).toBe(id);
    expect(gatewayOfLease(id)).toBe(number);
  }
  expect(gatewayOfLease(`training-pilot-0123abcd.${crypto.randomUUID()}`)).toBeNull();
});

test("every seed is one gateway's, and each gateway has as many as the others", () => {
  const counts = [1, 2, 3].map((number) => seeds.filter((seed) => gatewayOfSeed(seeds, seed, 3) === number).length);
  expect(counts).toEqual([2, 2, 2]);
  expect(seeds.filter((seed) => holds({ kind: "gateway", number: 2, of: 3 }, seeds, seed))).toEqual([5, 21]);
  expect(holds({ kind: "alone" }, seeds, 3)).toBe(true);
});

test("one gateway is none, and there are no more than seeds", () => {
  expect([0, 1, 2, 99, NaN].map((wanted) => gatewaysFor(seeds, wanted))).toEqual([0, 0, 2, 6, 0]);
});

test("a volunteer is asked to the same gateways, four at most, its kept shard's first, and only to those with wanted runs", () => {
  const volunteer = "0000000a".padEnd(64, "0");
  expect(askingOrder(seeds, 6, { volunteer })).toEqual([5, 6, 1, 2, 3, 4]);
  expect(askingOrder(seeds, 6, { volunteer, prefer: "a.batchnorm-lr0.1.s8.k4" })).toEqual([3, 5, 6, 1, 2, 4]);
  expect(askingOrder(seeds, 6, { volunteer, wanted: [{ seed: 5 }, { seed: 34 }] })).toEqual([6, 2]);
  expect(askingOrder(seeds, 2, { volunteer, prefer: "a.b.s999.k0" })).toEqual([1, 2]);
});

test("one network gets as many leases of an experiment with gateways as of one without, so never all of its runs", () => {
  const alone = leasesPerNetwork({ kind: "alone" });
  for (const of of [2, 8, 16]) {
    const all = of * leasesPerNetwork({ kind: "gateway", number: 1, of });
    expect(all).toBeGreaterThanOrEqual(alone);
    expect(all).toBeLessThan(alone + of);
  }
});
