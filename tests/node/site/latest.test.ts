import { expect, test } from "vitest";
import { Latest } from "../../../site/src/live/latest.ts";

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** Draws in so many milliseconds, and says when it begins and ends. */
function drawing(said: string[]) {
  return (name: string, ms: number) => async () => {
    said.push(`${name} begins`);
    await pause(ms);
    said.push(`${name} ends`);
  };
}

test("a slow drawing does not overtake the quick one that was asked for after it", async () => {
  const [latest, said] = [new Latest(), [] as string[]];
  const draw = drawing(said);
  const first = latest.do(draw("pilot", 30));
  await pause(5);
  await Promise.all([first, latest.do(draw("paper", 1))]);
  expect(said).toEqual(["pilot begins", "pilot ends", "paper begins", "paper ends"]);
});

test("of what is asked for while something is drawn only the latest is drawn, and everybody waits for it", async () => {
  const [latest, said] = [new Latest(), [] as string[]];
  const draw = drawing(said);
  const first = latest.do(draw("a", 10));
  await pause(1);
  const overtaken = latest.do(draw("b", 1));
  void latest.do(draw("c", 1));
  await overtaken;
  expect(said).toEqual(["a begins", "a ends", "c begins", "c ends"]);
  await first;
  await latest.settled();
});

test("a drawing that fails says so to who asked, and holds nobody up", async () => {
  const [latest, said] = [new Latest(), [] as string[]];
  await expect(latest.do(() => Promise.reject(new Error("no such file")))).rejects.toThrow("no such file");
  await latest.do(drawing(said)("next", 1));
  expect(said).toEqual(["next begins", "next ends"]);
});
