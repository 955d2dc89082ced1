import { describe, expect, it } from "vitest";
import { normal } from "../../../shared/math/random.ts";
import { wasserstein1 } from "../../../shared/math/wasserstein.ts";

describe("the Wasserstein-1 distance", () => {
  it("is 0 for the same values in another order", () => {
    expect(wasserstein1([3, 1, 2], [1, 2, 3])).toBe(0);
  });

  it("is the shift between a sample and the shifted one", () => {
    const sample = normal(1, "wasserstein", 0, 1000);
    expect(
      wasserstein1(
        sample,
        sample.map((x) => x - 0.25),
      ),
    ).toBeCloseTo(0.25, 12);
  });

  it("is E|Z| times the change of scale", () => {
    const sample = normal(2, "wasserstein", 0, 20_000);
    expect(
      wasserstein1(
        sample,
        sample.map((x) => 1.5 * x),
      ),
    ).toBeCloseTo(0.5 * Math.sqrt(2 / Math.PI), 2);
  });

  it("wants samples of one size", () => {
    expect(() => wasserstein1([1], [1, 2])).toThrow("got 1 and 2 numbers");
  });
});
