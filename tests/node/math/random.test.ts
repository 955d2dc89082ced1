import { describe, expect, it } from "vitest";
import { normal, threefry2x32, uniform } from "../../../shared/math/random.ts";
import { batchIndices, permutation } from "../../../shared/math/shuffle.ts";

describe("threefry", () => {
  // Known answers of the Random123 library (kat_vectors, threefry2x32, 20 rounds).
  it.each([
    [0, 0, 0, 0, 0x6b200159, 0x99ba4efe],
    [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff, 0x1cb996fc, 0xbb002be7],
    [0x13198a2e, 0x03707344, 0x243f6a88, 0x85a308d3, 0xc4923a9c, 0x483df7a0],
  ])("key %i %i, counter %i %i", (k0, k1, c0, c1, x0, x1) => {
    expect(threefry2x32(k0, k1, c0, c1)).toEqual([x0, x1]);
  });
});

describe("random numbers", () => {
  it("are uniform: mean 1/2, variance 1/12", () => {
    const numbers = uniform(1, "test", 0, 100_000);
    const mean = numbers.reduce((sum, u) => sum + u, 0) / numbers.length;
    const variance = numbers.reduce((sum, u) => sum + (u - mean) ** 2, 0) / numbers.length;
    expect(mean).toBeCloseTo(0.5, 2);
    expect(variance).toBeCloseTo(1 / 12, 3);
  });

  it("are normal: mean 0, variance 1, fourth moment 3", () => {
    const numbers = normal(1, "test", 0, 100_000);
    const moment = (k: number) => numbers.reduce((sum, x) => sum + x ** k, 0) / numbers.length;
    expect(moment(1)).toBeCloseTo(0, 1);
    expect(moment(2)).toBeCloseTo(1, 1);
    expect(moment(4)).toBeCloseTo(3, 0);
  });

  it("differ by seed, stream and step, and are the same again", () => {
    const draw = (seed: number, stream: string, step: number) => uniform(seed, stream, step, 4).join();
    const draws = [draw(1, "a", 0), draw(2, "a", 0), draw(1, "b", 0), draw(1, "a", 1)];
    expect(new Set(draws).size).toBe(4);
    expect(draw(1, "a", 0)).toBe(draws[0]);
  });
});

describe("batches", () => {
  it("visit every image once in an epoch, in another order in the next", () => {
    const epoch = (e: number) => Array.from({ length: 5 }, (_, i) => [...batchIndices(1, 5 * e + i, 20, 100)]).flat();
    expect(new Set(epoch(0)).size).toBe(100);
    expect(new Set(epoch(1)).size).toBe(100);
    expect(epoch(1)).not.toEqual(epoch(0));
  });

  it("follow from seed and step alone", () => {
    const later = [...batchIndices(9, 777, 16, 1000)];
    batchIndices(8, 3, 16, 1000);
    expect([...batchIndices(9, 777, 16, 1000)]).toEqual(later);
  });

  it("drop the last partial batch", () => {
    expect([...batchIndices(1, 3, 30, 100)]).toEqual([...permutation(1, 1, 100).subarray(0, 30)]);
  });

  it("refuse a batch larger than the data", () => {
    expect(() => batchIndices(1, 0, 101, 100)).toThrow("got 101 of 100 images");
  });
});
