let held: Promise<WakeLockSentinel | null> | null = null;

/** Keeps the screen on, or lets it go dark. A hidden page loses the lock by itself; whoever calls asks again when it is seen. */
export function keepScreenOn(isWanted: boolean): void {
  if (isWanted) {
    if (held || document.hidden || !("wakeLock" in navigator)) return;
    held = navigator.wakeLock.request("screen").then(
      (lock) => {
        lock.addEventListener("release", () => (held = null));
        return lock;
      },
      () => (held = null), // On a low battery the system refuses.
    );
  } else {
    void held?.then((lock) => lock?.release());
    held = null;
  }
}
