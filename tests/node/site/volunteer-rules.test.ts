import { describe, expect, test } from "vitest";
import { holdReason, type Surroundings, UNKNOWN } from "../../../site/src/volunteer/rules.ts";
import { DEFAULTS, parseSettings, type Settings } from "../../../site/src/volunteer/settings.ts";

const strict: Settings = { ...DEFAULTS, onlyPluggedIn: true, onlyVisible: true, onlyIdle: true, onlyUnmetered: true };

describe("a volunteer's rules", () => {
  test.each([
    [{ isCharging: false }, "battery"],
    [{ isVisible: false }, "out of sight"],
    [{ isInUse: true }, "You are using this device"],
    [{ isMetered: true }, "data should be saved"],
  ] satisfies [Partial<Surroundings>, string][])("%j holds training up, in words, while the rule is on", (around, words) => {
    expect(holdReason(strict, { ...UNKNOWN, ...around })).toContain(words);
    expect(holdReason({ ...DEFAULTS, onlyUnmetered: false }, { ...UNKNOWN, ...around })).toBeNull();
  });

  test("what the browser does not tell holds nothing up, and neither does what is as wished", () => {
    expect(holdReason(strict, UNKNOWN)).toBeNull();
    expect(holdReason(strict, { isCharging: true, isVisible: true, isInUse: false, isMetered: false })).toBeNull();
  });
});

describe("kept settings", () => {
  test("come back as they were", () => {
    const chosen: Settings = { ...strict, duty: 0.25, provider: "wasm", keepAwake: true };
    expect(parseSettings(JSON.stringify(chosen))).toEqual(chosen);
  });

  test.each([null, "", "nonsense", "null", "[]", '{"duty":7,"provider":"cuda","onlyVisible":"yes"}'])(
    "that do not fit are as by default: %s",
    (text) => expect(parseSettings(text)).toEqual(DEFAULTS),
  );
});
