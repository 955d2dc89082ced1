import { watchData } from "./data-used.ts";
import { type Surroundings, UNKNOWN } from "./rules.ts";

/** Browser interfaces that TypeScript does not know, because not all browsers have them. */
interface Battery extends EventTarget {
  readonly charging: boolean;
}
interface Connection extends EventTarget {
  readonly saveData?: boolean;
  readonly type?: string;
}
interface IdleDetector extends EventTarget {
  readonly userState: "active" | "idle" | null;
  readonly screenState: "locked" | "unlocked" | null;
  start(options: { threshold: number }): Promise<void>;
}
interface IdleDetectorClass {
  new (): IdleDetector;
  requestPermission(): Promise<"granted" | "denied">;
}
const browser = () => navigator as { getBattery?: () => Promise<Battery>; connection?: Connection };
const detector = () => (globalThis as { IdleDetector?: IdleDetectorClass }).IdleDetector;

/** A minute is the shortest that browsers allow. */
const IDLE_AFTER_MS = 60_000;

/** Which of the rules this browser can tell anything about. */
export const canTell = () => ({
  isCharging: browser().getBattery !== undefined,
  isInUse: detector() !== undefined,
  isMetered: browser().connection !== undefined,
  keepAwake: "wakeLock" in navigator,
});

let around: Surroundings = UNKNOWN;
const listeners = new Set<(around: Surroundings) => void>();
let isWatching = false;

/** Calls `listener` now and at every change. Asks for no permission. */
export function watchSurroundings(listener: (around: Surroundings) => void): () => void {
  if (!isWatching) watch();
  listeners.add(listener);
  listener(around);
  return () => listeners.delete(listener);
}

/** Asks the person for leave to see when the device is not in use; only after a click, as browsers demand. */
export async function allowIdle(): Promise<boolean> {
  const granted = await detector()
    ?.requestPermission()
    .catch(() => "denied" as const);
  if (granted === "granted") await watchIdle();
  return granted === "granted";
}

function watch(): void {
  isWatching = true;
  const see = () => tell({ isVisible: !document.hidden });
  document.addEventListener("visibilitychange", see);
  see();
  watchData((bytesToday) => tell({ bytesToday }));
  const { connection, getBattery } = browser();
  if (connection) {
    const measure = () => tell({ isMetered: connection.saveData === true || connection.type === "cellular" });
    connection.addEventListener("change", measure);
    measure();
  }
  void getBattery?.call(navigator).then(
    (battery) => {
      const feel = () => tell({ isCharging: battery.charging });
      battery.addEventListener("chargingchange", feel);
      feel();
    },
    () => undefined, // Then it does not tell.
  );
  void navigator.permissions
    .query({ name: "idle-detection" as PermissionName })
    .then(({ state }) => (state === "granted" ? watchIdle() : undefined))
    .catch(() => undefined);
}

let idle: Promise<void> | null = null;

function watchIdle(): Promise<void> {
  const Detector = detector();
  if (!Detector) return Promise.resolve();
  return (idle ??= (async () => {
    const seen = new Detector();
    const look = () => tell({ isInUse: seen.userState === "active" && seen.screenState === "unlocked" });
    seen.addEventListener("change", look);
    await seen.start({ threshold: IDLE_AFTER_MS });
    look();
  })().catch(() => undefined));
}

function tell(part: Partial<Surroundings>): void {
  around = { ...around, ...part };
  for (const listener of listeners) listener(around);
}
