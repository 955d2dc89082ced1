const LOCK = "volunteer";

/**
 * Takes the lock that one tab of the browser holds while it trains. Gives the function that releases it, or null.
 * @param patienceMs how long to wait for a tab that is about to let go; 0: not at all
 */
export function acquireLock(patienceMs = 0): Promise<(() => void) | null> {
  return new Promise((resolve) => {
    const options: LockOptions = patienceMs > 0 ? { signal: AbortSignal.timeout(patienceMs) } : { ifAvailable: true };
    navigator.locks
      .request(LOCK, options, (lock) => {
        if (!lock) return resolve(null);
        return new Promise<void>((release) => resolve(release));
      })
      .catch(() => resolve(null));
  });
}

/** Whether a tab of this browser trains, this one or another; paused counts. */
export async function isTraining(): Promise<boolean> {
  const { held } = await navigator.locks.query();
  return held?.some(({ name }) => name === LOCK) ?? false;
}

/** Settles when no tab trains any more. */
export const lockIsFree = (): Promise<void> => navigator.locks.request(LOCK, () => undefined);

const channel = () => new BroadcastChannel(LOCK);

/** Asks the tab that trains to save what it has and to let go. */
export function askToYield(): void {
  const asking = channel();
  asking.postMessage("yield");
  asking.close();
}

/** Calls `yielding` when another tab asks for the place. */
export function onYield(yielding: () => void): void {
  channel().onmessage = ({ data }) => {
    if (data === "yield") yielding();
  };
}
