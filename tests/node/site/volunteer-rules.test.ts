import { describe, expect, test } from "vitest";
import { dayOf, parseUsed } from "../../../site/src/volunteer/data-used.ts";
import { holdReason, type Surroundings, UNKNOWN } from "../../../site/src/volunteer/rules.ts";
import { DEFAULTS, parseSettings, type Settings } from "../../../site/src/volunteer/settings.ts";

const strict: Settings = {
  ...DEFAULTS,
  onlyPluggedIn: true,
  onlyVisible: true,
  onlyIdle: true,
  onlyUnmetered: true,
  dataLimit: 250e6,
};

describe("a volunteer's rules", () => {
  test.each([
    [{ isCharging: false }, "battery"],
    [{ isVisible: false }, "out of sight"],
    [{ isInUse: true }, "You are using this device"],
    [{ isMetered: true }, "data should be saved"],
    [{ bytesToday: 251e6 }, "has moved 251 MB over the network today, and you allowed 250 MB a day"],
  ] satisfies [Partial<Surroundings>, string][])("%j holds training up, in words, while the rule is on", (around, words) => {
    expect(holdReason(strict, { ...UNKNOWN, ...around })).toContain(words);
    expect(holdReason({ ...DEFAULTS, onlyUnmetered: false }, { ...UNKNOWN, ...around })).toBeNull();
  });

  test("what the browser does not tell holds nothing up, and neither does what is as wished", () => {
    expect(holdReason(strict, UNKNOWN)).toBeNull();
    expect(
      holdReason(strict, { isCharging: true, isVisible: true, isInUse: false, isMetered: false, bytesToday: 249e6 }),
    ).toBeNull();
  });
});

describe("what was moved over the network", () => {
  const day = "2026-11-23";

  test("counts for the day on which it was moved", () => {
    expect(parseUsed(JSON.stringify({ day, bytes: 7 }), day)).toEqual({ day, bytes: 7 });
    expect(parseUsed(JSON.stringify({ day: "2026-11-22", bytes: 7 }), day)).toEqual({ day, bytes: 0 });
    expect(dayOf(new Date(2026, 10, 3, 0, 5))).toBe("2026-11-03");
  });

  test.each([null, "", "nonsense", "null", "[]", `{"day":"${day}","bytes":-1}`, `{"day":"${day}","bytes":"many"}`])(
    "is nothing where something strange was kept: %s",
    (text) => expect(parseUsed(text, day)).toEqual({ day, bytes: 0 }),
  );
});

describe("kept settings", () => {
  test("come back as they were", () => {
    const chosen: Settings = { ...strict, duty: 0.25, provider: "wasm", keepAwake: true };
    expect(parseSettings(JSON.stringify(chosen))).toEqual(chosen);
  });

  test.each([null, "", "nonsense", "null", "[]", '{"duty":7,"provider":"cuda","onlyVisible":"yes","dataLimit":-1}'])(
    "that do not fit are as by default: %s",
    (text) => expect(parseSettings(text)).toEqual(DEFAULTS),
  );
});
