import { RuntimeLost } from "./outcomes.ts";

export type Exclusive = <T>(call: () => Promise<T>) => Promise<T>;

/**
 * Two ONNX Runtime calls at once freeze a page on WebGPU: every call waits for the one before. Failures become RuntimeLost, and a lost device
 * ends the calls that wait. Nothing of a call is kept after it: a race against `lost` at every step would keep every step's result, since a promise
 * that never settles keeps whoever was raced against it.
 */
export function oneAtATime(lost: Promise<string>): Exclusive {
  let last: Promise<unknown> = Promise.resolve();
  let gone: RuntimeLost | null = null;
  const waiting = new Set<(error: RuntimeLost) => void>();
  void lost.then((reason) => {
    gone = new RuntimeLost(reason);
    for (const reject of waiting) reject(gone);
    waiting.clear();
  });
  return <T>(call: () => Promise<T>) => {
    const result = new Promise<T>((resolve, reject) => {
      if (gone) return reject(gone);
      waiting.add(reject);
      void last
        .then(call)
        .then(resolve, (error: unknown) => reject(asLost(error)))
        .finally(() => waiting.delete(reject));
    });
    last = result.then(ignore, ignore);
    return result;
  };
}

const ignore = (): void => undefined;

function asLost(error: unknown): RuntimeLost {
  if (error instanceof RuntimeLost) return error;
  return new RuntimeLost(error instanceof Error ? error.message : String(error), { cause: error });
}
