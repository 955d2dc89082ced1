type Held = Promise<WakeLockSentinel | null>;

let held: Held | null = null;

/** Keeps the screen on, or lets it go dark. A hidden page loses the lock by itself; whoever calls asks again when it is seen. */
export function keepScreenOn(isWanted: boolean): void {
  if (isWanted) {
    if (held || document.hidden || !("wakeLock" in navigator)) return;
    held = request();
  } else {
    void held?.then((lock) => lock?.release());
    held = null;
  }
}

function request(): Held {
  // A lock that was let go of may end after the next one was asked for.
  const forget = () => {
    if (held === asked) held = null;
  };
  const asked: Held = navigator.wakeLock.request("screen").then(
    (lock) => {
      lock.addEventListener("release", forget);
      return lock;
    },
    () => {
      forget(); // On a low battery the system refuses.
      return null;
    },
  );
  return asked;
}
