import { RuntimeLost } from "./outcomes.ts";

export type Exclusive = <T>(call: () => Promise<T>) => Promise<T>;

/** Two ONNX Runtime calls at once freeze a page on WebGPU: every call waits for the one before. Failures become RuntimeLost. */
export function oneAtATime(lost: Promise<string>): Exclusive {
  let last: Promise<unknown> = Promise.resolve();
  const gone = lost.then((reason): never => {
    throw new RuntimeLost(reason);
  });
  gone.catch(() => undefined); // Whoever waits for a call hears of it there.
  return (call) => {
    const result = Promise.race([last.then(call), gone]).catch((error: unknown) => {
      if (error instanceof RuntimeLost) throw error;
      throw new RuntimeLost(error instanceof Error ? error.message : String(error), { cause: error });
    });
    last = result.catch(() => undefined);
    return result;
  };
}
