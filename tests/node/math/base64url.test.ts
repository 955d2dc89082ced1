import { expect, test } from "vitest";
import { fromBase64Url, toBase64Url } from "../../../shared/math/base64url.ts";

test("bytes survive, in the same text that Node writes", () => {
  for (let size = 0; size < 70; size++) {
    const bytes = Uint8Array.from({ length: size }, (_, i) => (i * 151 + size * 37) & 0xff);
    const text = toBase64Url(bytes);
    expect(text).toBe(Buffer.from(bytes).toString("base64url"));
    expect(fromBase64Url(text)).toEqual(bytes);
  }
});

test.each(["A", "AB", "A=", "AA==", "A+/A", "AAAB\n", "é"])("%j is not read", (text) => {
  expect(fromBase64Url(text)).toBeNull();
});
