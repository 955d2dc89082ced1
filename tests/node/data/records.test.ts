import { expect, test } from "vitest";
import { records } from "../../../scripts/data/records.ts";
import { RECORD_BYTES } from "../../../shared/protocol/dataset.ts";

test("a picture's rows become labels and colour planes", () => {
  const rgba = new Uint8Array(2 * 1024 * 4);
  for (let pixel = 0; pixel < 2048; pixel++) rgba.set([pixel % 251, pixel % 13, pixel % 7, 255], pixel * 4);
  const out = records(rgba, [9, 0]);
  expect(out.length).toBe(2 * RECORD_BYTES);
  expect([out[0], out[RECORD_BYTES]]).toEqual([9, 0]);
  expect([out[1 + 1023], out[1 + 1024 + 1023], out[1 + 2048 + 1023]]).toEqual([1023 % 251, 1023 % 13, 1023 % 7]);
  expect(out[RECORD_BYTES + 1]).toBe(1024 % 251);
});

test("a picture of another size and a label that is no class are refused, with got and want", () => {
  expect(() => records(new Uint8Array(8), [1])).toThrow("got 8 bytes, want 4096");
  expect(() => records(new Uint8Array(4096), [10])).toThrow("labels[0]: got 10, want a whole number from 0 to 9");
});
