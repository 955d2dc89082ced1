import { PROTOCOL_VERSION } from "../protocol/version.ts";
import type { LeaseRequest } from "../protocol/lease.ts";
import type { Memory } from "./memory.ts";
import type { Runtime } from "./ports.ts";

/**
 * What the scheduler is told with a request for a shard: the device, what it has shown, and how fast it is for this volunteer.
 * @param certificate that the device computes what is known, if it has shown that
 * @param duty share of the time that may be spent computing, in (0, 1]
 * @param experiment only shards of this one
 */
export async function leaseRequest(
  runtime: Runtime,
  certificate: string | null,
  memory: Memory,
  duty: number,
  experiment: string | undefined,
): Promise<LeaseRequest> {
  // Rests are the volunteer's time too: who trains at a quarter of the time gets a shard of a quarter of the steps.
  const speeds = (await memory.speeds(runtime.device.provider)).map(({ work, stepsPerSecond }) => ({
    work,
    stepsPerSecond: stepsPerSecond * duty,
  }));
  return {
    protocol: PROTOCOL_VERSION,
    device: runtime.device,
    ...(runtime.memory && { memory: runtime.memory() }),
    ...(certificate !== null && { calibration: certificate }),
    ...(speeds.length > 0 && { speeds }),
    ...(experiment === undefined ? {} : { experiment }),
  };
}
