import type { Adapter, Choice } from "../volunteer/provider.ts";
import type { Surroundings } from "../volunteer/rules.ts";

/** How it stands with a rule now; "" where there is nothing to say. */
export function nowWords(rule: string, around: Surroundings | null): string {
  if (!around) return "";
  const say = (is: boolean | null, yes: string, no: string) => (is === null ? "" : is ? yes : no);
  switch (rule) {
    case "onlyPluggedIn":
      return say(around.isCharging, "Now: plugged in.", "Now: on battery.");
    case "onlyIdle":
      return say(around.isInUse, "Now: in use.", "Now: idle.");
    case "onlyUnmetered":
      return say(around.isMetered, "Now: metered.", "Now: not metered, as far as the browser knows.");
    default:
      return "";
  }
}

/** Where this browser would compute, and what could be done about it. @param adapter as chooseProvider has it */
export function deviceAdvice(adapter: Adapter | null | undefined, choice: Choice): string {
  if (choice.provider === "webgpu") return choice.reason;
  const advice =
    adapter === undefined
      ? " A current Chrome, Edge or Safari usually has it; here the processor does the work, more slowly."
      : adapter === null
        ? " Perhaps hardware acceleration is switched off in the browser’s settings; the processor does the work, more slowly."
        : "";
  return `${choice.reason}${advice}`;
}

/** Shares of the device, and bytes a day, that may be chosen. */
export { DATA_LIMITS, DUTIES } from "../volunteer/settings.ts";
