import { backoffMs } from "./backoff.ts";
import { Failure, LeaseLost, MAX_GPU_LOSSES, Refused, RuntimeLost } from "./outcomes.ts";

const MAX_LOSSES = 6;
const MAX_REFUSALS = 2;
const WRONG_GPU = "Update the browser and the graphics driver, and choose the processor in the settings until then.";

/** What follows when a shard could not be finished; the loop carries it out. */
export type Recovery =
  /** The lease is gone. Its local checkpoint stays: the shard may come back. */
  | { readonly kind: "ask-again"; readonly note: string; readonly reason: string; readonly waitMs: number }
  /** The coordinator does not want what this device has: lease and local checkpoint go. */
  | { readonly kind: "start-afresh"; readonly note: string; readonly waitMs: number }
  /** The lease goes back, and another device, or the same one opened anew, trains on from the local checkpoint. */
  | { readonly kind: "open-again"; readonly lost: RuntimeLost }
  /** Only a person can mend it. Whoever was refused again and again keeps nothing of the shard. */
  | { readonly kind: "give-up"; readonly isRefused: boolean };

/**
 * @param troubles leases or hand-ins that failed one after the other before this one
 * @param random uniform in [0, 1)
 */
export function recoveryFrom(error: unknown, troubles: number, random: number): Recovery {
  if (error instanceof LeaseLost) {
    const reason = "The shard went back to the coordinator.";
    return { kind: "ask-again", note: error.message, reason, waitMs: backoffMs(troubles, random) };
  }
  if (error instanceof RuntimeLost) return { kind: "open-again", lost: error };
  const isRefused = error instanceof Refused;
  if (isRefused && troubles < MAX_REFUSALS) {
    const note = `The coordinator refused the shard: ${error.message}`;
    return { kind: "start-afresh", note, waitMs: backoffMs(troubles + 3, random) };
  }
  return { kind: "give-up", isRefused };
}

/**
 * What is said of a lost device that is opened again.
 * @param losses in a row, with this one
 * @throws Failure when it was lost too often
 */
export function noteOfLoss({ message }: RuntimeLost, losses: number): string {
  if (losses <= MAX_LOSSES) return `The device was lost (${message}): training goes on from the last local checkpoint.`;
  throw new Failure(
    `Computing failed ${MAX_LOSSES} times: ${message}`,
    "Reload the page, close other pages that use the GPU, or try another browser.",
  );
}

/**
 * What is said of a GPU that computed what is known otherwise, before the processor trains instead.
 * @param losses in a row, without this one
 * @throws Failure where there is nothing else to train on
 */
export function noteOfWrongGpu(wrong: string, losses: number): string {
  if (losses < MAX_GPU_LOSSES) return `This GPU computed a known training wrongly (${wrong}), so the processor trains instead.`;
  throw new Failure(`This GPU computed a known training wrongly: ${wrong}`, WRONG_GPU);
}
