import { describe, expect, it } from "vitest";
import { histogram } from "../../../shared/math/histogram.ts";

describe("a histogram", () => {
  it("counts each number in its bin, those beyond the range in the outermost", () => {
    const { counts } = histogram([-9, -1, -0.5, 0, 0.49, 0.99, 1, 9], { low: -1, high: 1, bins: 4 });
    expect(counts).toEqual([2, 1, 2, 3]);
  });

  it("refuses an empty range, no bins, and numbers that are none", () => {
    expect(() => histogram([1], { low: 1, high: 1, bins: 3 })).toThrow("got [1, 1] in 3 bins, want low < high and a bin");
    expect(() => histogram([1], { low: 0, high: 1, bins: 0 })).toThrow(RangeError);
    expect(() => histogram([0, NaN], { low: 0, high: 1, bins: 3 })).toThrow("numbers[1]: got NaN, want a finite number");
  });
});
