import { expect, test } from "vitest";
import { ASKS_PER_SECOND, askedInVain, nobodyWaits } from "../../../workers/coordinator/crowd-wait.ts";

/** A crowd that is told to wait, and asks again after that and half of it; all come within the first minute. @returns questions in each minute, and the last wait */
function crowd(size: number, minutes: number): { perMinute: number[]; seconds: number } {
  const due = Array.from({ length: 60 * minutes + 3600 }, () => 0);
  for (let i = 0; i < 60; i++) due[i] = size / 60;
  let waiting = nobodyWaits(0);
  const perMinute = Array.from({ length: minutes }, () => 0);
  for (let second = 0; second < 60 * minutes; second++) {
    const asking = due[second]!;
    if (asking > 0) waiting = askedInVain(waiting, asking, 1000 * second);
    perMinute[Math.floor(second / 60)]! += asking;
    // Spread from the wait to twice the wait, in eight parts.
    for (let part = 0; part < 8; part++) due[second + Math.ceil(waiting.seconds * (1 + (part + 0.5) / 8))]! += asking / 8;
  }
  return { perMinute, seconds: waiting.seconds };
}

test("few who wait are told to wait for half a minute", () => {
  expect(crowd(300, 20).seconds).toBe(30);
});

test("a crowd asks about as often as the experiment wants, and no more", () => {
  for (const size of [5_000, 20_000]) {
    const { perMinute } = crowd(size, 90);
    for (const asked of perMinute.slice(60)) {
      expect(asked).toBeGreaterThan(0.4 * 60 * ASKS_PER_SECOND);
      expect(asked).toBeLessThan(1.8 * 60 * ASKS_PER_SECOND);
    }
  }
});

test("nobody is told to wait for more than a quarter of an hour, and when the crowd is gone the wait is short again", () => {
  expect(crowd(1_000_000, 60).seconds).toBe(900);
  expect(askedInVain({ since: 0, asked: 0, seconds: 900 }, 1, 3_600_000).seconds).toBe(30);
});
