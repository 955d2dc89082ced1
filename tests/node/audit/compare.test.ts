import { expect, test } from "vitest";
import { type Account, compareInterval } from "../../../shared/audit/compare.ts";
import { deviceClass } from "../../../shared/audit/device-class.ts";
import { type Movement, MovementSum } from "../../../shared/audit/movement.ts";
import { FLOAT32, FLOAT64, thresholdsFor } from "../../../shared/audit/thresholds.ts";
import { measurementsApart } from "../../../shared/audit/compare-measurements.ts";
import type { Measurements } from "../../../shared/protocol/measurements.ts";
import type { Device } from "../../../shared/protocol/lease.ts";

const native: Device = { provider: "cpu", adapter: "a processor", threads: 1, runtime: "r", platform: "Node 22.1.0, linux x64" };
const wasm: Device = { ...native, provider: "wasm", platform: "a browser" };
const gpu: Device = { ...wasm, provider: "webgpu", adapter: "a vendor" };
const account = (device: Device, end: string | null, opening = [2.5, 2.25, 2.125]): Account => ({
  ...{ device, end, opening },
  rows: { step: [40], loss: [opening[0]!], accuracy: [0.25] },
});
const movement = (change: Partial<Movement>): Movement => ({ cosine: 1, ratio: 1, distance: 1e-7, ...change });

/** Numbers as they were measured over five steps (docs/drift.md), honest and not. */
test.each<[string, Partial<Movement>, boolean | null]>([
  ["BatchNorm on two providers", { distance: 5.6e-8 }, true],
  ["no normalization on two providers", { distance: 1.7e-6 }, true],
  ["the L1 norm, where a maximum fell the other way", { distance: 4.2e-3, cosine: 0.98 }, null],
  ["the L-infinity norm, the same", { distance: 1.4e-2, cosine: 0.8, ratio: 1.05 }, null],
  ["a rate that is 5 % off, without normalization", { distance: 1.1e-4, ratio: 1.05 }, null],
  ["a rate that is half as large again", { distance: 6.7e-4, ratio: 1.51 }, false],
  ["flipped signs", { distance: 2.8e-3, cosine: -0.56 }, false],
  ["no step at all", { distance: 1e-2, cosine: Number.NaN, ratio: 0 }, false],
])("%s", (_, change, agrees) => {
  expect(compareInterval(account(wasm, "a"), account(native, "b"), 5, movement(change), FLOAT32).agrees).toBe(agrees);
});

test("the first loss is sharp, since nothing has grown before it; later ones are doubted first", () => {
  const against = (opening: number[]) =>
    compareInterval(account(wasm, "a", opening), account(native, "b"), 5, movement({}), FLOAT32);
  expect(against([2.50001, 2.25, 2.125]).agrees).toBe(true);
  expect(against([2.5001, 2.25, 2.125])).toMatchObject({
    agrees: false,
    words: expect.stringContaining("loss of step 1") as string,
  });
  expect(against([2.5, 2.251, 2.125]).agrees).toBeNull();
  expect(against([2.5, 2.5, 2.125]).agrees).toBe(false);
});

test("between equal processors and between WebAssemblies bits must match; near ones are doubted, and GPUs may add up in any order", () => {
  const same = (device: Device, distance: number, again = device) =>
    compareInterval(account(device, "a"), account(again, "b"), 5, movement({ distance }), FLOAT32).agrees;
  // A rate that is 5 % off, which nobody could be blamed for on another kind of device.
  expect([same(native, 1.1e-4), same(wasm, 1.1e-4), same(gpu, 1.1e-4)]).toEqual([false, false, null]);
  expect([same(native, 1e-7), same(wasm, 1e-7), same(gpu, 1e-7)]).toEqual([null, null, true]);
  // Measured: other threads cut sums in other places, so they are another class.
  expect([same(native, 2e-8, { ...native, threads: 2 }), same(wasm, 6e-8, { ...wasm, threads: 4 })]).toEqual([true, true]);
  expect(compareInterval(account(gpu, "a"), account(native, "a"), 40, null, FLOAT32)).toMatchObject({ agrees: null });
});

test("in float64 the JavaScript engine draws the data, so another engine is another class", () => {
  const node = { ...wasm, platform: "Node 22.1.0, linux x64" };
  expect(deviceClass(wasm)).toBe(deviceClass(node));
  expect(deviceClass(wasm, true)).not.toBe(deviceClass(node, true));
});

test("a divergence is one on both sides", () => {
  const claim = (mine: string | null, other: string | null) =>
    compareInterval(account(wasm, mine), account(native, other), 10, null, FLOAT32).agrees;
  expect([claim(null, null), claim(null, "b"), claim("a", null)]).toEqual([true, false, false]);
});

test("the deep linear network, in float64, is held to more: a skipped tenth of 500 steps is wrong", () => {
  const thresholds = thresholdsFor({ family: "deep-linear", layers: 25, units: 10 });
  expect(thresholds).toBe(FLOAT64);
  const judged = (change: Partial<Movement>) =>
    compareInterval(account(wasm, "a"), account(native, "b"), 500, movement(change), thresholds).agrees;
  expect([judged({ cosine: 1 - 6e-16, ratio: 1 + 1e-13 }), judged({ cosine: 1 - 6e-4, ratio: 1.022 })]).toEqual([true, false]);
});

test("a movement adds up from pieces: cosine, ratio of lengths, distance of the ends", () => {
  const sum = new MovementSum();
  sum.add(Float32Array.of(1, 1), Float32Array.of(3, 1), Float32Array.of(1, 2));
  sum.add(Float32Array.of(0), Float32Array.of(0), Float32Array.of(2));
  const { cosine, ratio, distance } = sum.result();
  expect([cosine, ratio, distance]).toEqual([0, 2 / Math.sqrt(5), Math.sqrt(9 / 9)]);
});

const measured = (change: (value: number) => number = (value) => value): Measurements => ({
  landscape: { step: [40], columns: { loss: [2.5], "difference@1": [change(0.25)] } },
  shift: { step: [40], columns: { "cosine.5": [1e-4], residual: [1e-9] } },
  activations: { step: [40], columns: { "histogram.2": [[-1, 1, 10, 20, 10]] } },
});

test("what was measured along an interval must be what an auditor measures, where the weights are near", () => {
  const against = (change: (value: number) => number, distance = 1e-7) =>
    compareInterval(
      { ...account(wasm, "a"), measured: measured(change) },
      { ...account(native, "b"), measured: measured() },
      5,
      movement({ distance }),
      FLOAT32,
    );
  expect(against((value) => value * 1.00003)).toMatchObject({
    agrees: true,
    words: expect.stringContaining("measured") as string,
  });
  expect(against((value) => value * 1.05).agrees).toBeNull();
  expect(against((value) => value * 1.5)).toMatchObject({
    agrees: false,
    words: "landscape difference@1 at step 40: claimed 0.375, measured again 0.25.",
  });
  expect(against((value) => value * 1.5, 1e-3).agrees).toBeNull();
});

test("histograms are compared by the share of values that moved, rows that are missing are infinitely far, and noise is not compared", () => {
  const histogram = measured();
  const moved = { ...histogram, activations: { step: [40], columns: { "histogram.2": [[-1, 1, 12, 18, 10]] } } };
  expect(measurementsApart(moved, measured(), FLOAT32.measured).map(({ difference }) => difference)).toEqual([0.05]);
  const { landscape: _none, ...rest } = measured();
  expect(measurementsApart(measured(), rest, FLOAT32.measured)[0]!.difference).toBe(Infinity);
  const noisy = { ...measured(), shift: { step: [40], columns: { "cosine.5": [2e-4], residual: [1] } } };
  expect(measurementsApart(noisy, measured(), FLOAT32.measured)).toEqual([]);
});

test("running statistics and velocity are part of the state: near weights with other statistics are doubted, and blamed when far", () => {
  const against = (statistics: number) =>
    compareInterval(account(wasm, "a"), account(native, "b"), 5, movement({ others: { statistics } }), FLOAT32).agrees;
  expect([against(2.6e-8), against(1e-3), against(0.3)]).toEqual([true, null, false]);
});

test("a normalized layer's mean, of which only rounding is left, accuses nobody; another's mean counts as before", () => {
  const moments = (mean: number, meanMove = 1e-17, variance = 0.9): Measurements => ({
    activations: { step: [0], columns: { "mean.9": [mean], "meanMove.9": [meanMove], "variance.9": [variance] } },
  });
  // As an honest browser and an auditor on native code measured it.
  expect(measurementsApart(moments(2.70894e-17), moments(-2.13163e-17, 3e-17), FLOAT64.measured)).toEqual([]);
  expect(measurementsApart(moments(0.3), moments(0.2), FLOAT64.measured)[0]!.difference).toBeCloseTo(1 / 3);
  expect(measurementsApart(moments(0.004), moments(0.002), FLOAT64.measured)[0]!.difference).toBeCloseTo(0.5);
  // A claimed spread excuses nothing: the auditor's counts.
  const [worst] = measurementsApart(moments(0.3, 1e-17, 1e6), moments(0.2), FLOAT64.measured);
  expect(worst!.difference).toBeGreaterThan(0.99);
});
