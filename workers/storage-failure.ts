/** Begins the words of a failure of R2 or KV. A Durable Object's errors reach the Worker as words alone. */
const MARK = "storage does not answer";

/** What R2 or KV says, or an error that says so: then it is not ours, and worth another try. */
export async function fromStorage<T>(name: "R2" | "KV", work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw new Error(`${MARK}: ${name}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

/** Whether an error, from here or from an object, is a storage's, or an object's that is asked too much or was just moved. */
export function isPassing(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { overloaded, retryable } = error as Error & { overloaded?: boolean; retryable?: boolean };
  return error.message.includes(MARK) || overloaded === true || retryable === true;
}
