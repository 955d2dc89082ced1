import { expect, test } from "vitest";
import { sliced } from "../../../workers/sliced.ts";

test("slices of a text come together to it, none is longer than it may be, and none ends within a character", () => {
  const text = "ab🌱c€🌱🌱d".repeat(7);
  for (const most of [2, 3, 5, 1000]) {
    const slices = sliced(text, most);
    expect(slices.join("")).toBe(text);
    for (const slice of slices) {
      expect(slice.length).toBeLessThanOrEqual(most);
      expect(slice.isWellFormed()).toBe(true);
    }
  }
  expect(sliced("")).toEqual([]);
});
