import type { Target } from "../graph/emit.ts";
import type { Device } from "../protocol/lease.ts";

/** What a volunteer's name of its GPU ends with where the browser says that it is emulated on the processor. */
const EMULATED = " (emulated)";

/** A GPU's name as results keep it, at most `length` characters. */
export const adapterName = (shown: string, isEmulated: boolean, length: number): string =>
  isEmulated ? shown.slice(0, length - EMULATED.length) + EMULATED : shown.slice(0, length);

/** The formulations that a device computes with: volunteers and the Worker read them from the same words, so that both name one model. */
export function targetOf({ provider, adapter }: Pick<Device, "provider" | "adapter">): Target {
  if (provider !== "webgpu") return "cpu";
  return adapter?.endsWith(EMULATED) ? "emulated" : "webgpu";
}
