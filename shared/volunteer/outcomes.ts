import type { Problem } from "../protocol/problem.ts";

/** What can go otherwise than hoped while a volunteer trains. The loop decides what follows; nothing else catches these. */

/** Nobody answered, or the coordinator is overloaded: trying again helps. */
export class Unreachable extends Error {
  override readonly name = "Unreachable";
  readonly retryAfterSeconds: number | null;
  constructor(message: string, retryAfterSeconds: number | null = null, options?: ErrorOptions) {
    super(message, options);
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** The coordinator said no (4xx), and why. */
export class Refused extends Error {
  override readonly name = "Refused";
  readonly status: number;
  readonly problem: Problem;
  constructor(problem: Problem) {
    const errors = (problem.errors ?? []).map(({ path, message }) => ` ${path}: ${message}`).join(";");
    super(`${problem.detail}${errors}`);
    this.status = problem.status;
    this.problem = problem;
  }
}

/** The lease ran out, was given back or given away: the shard may be somebody else's now. */
export class LeaseLost extends Error {
  override readonly name = "LeaseLost";
}

/** ONNX Runtime or its device failed. */
export class RuntimeLost extends Error {
  override readonly name = "RuntimeLost";
}

/** The volunteer pressed stop. */
export class Stopped extends Error {
  override readonly name = "Stopped";
}

/** Only a person can mend it. */
export class Failure extends Error {
  override readonly name = "Failure";
  readonly remedy: string;
  constructor(message: string, remedy: string, options?: ErrorOptions) {
    super(message, options);
    this.remedy = remedy;
  }
}

/** So often in a row a GPU may be lost before the processor trains instead. */
export const MAX_GPU_LOSSES = 3;
