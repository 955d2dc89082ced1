/** What training moved over the network on one day of this browser, both ways; kept here, and sent nowhere. */
export interface DataUsed {
  /** The volunteer's own, as "2026-11-23". */
  readonly day: string;
  readonly bytes: number;
}

const KEY = "volunteer-data";
const MINUTE_MS = 60_000;

/** The volunteer's day, where they are. */
export function dayOf(date: Date): string {
  const two = (n: number) => String(n).padStart(2, "0");
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

/** Reads what was kept; of another day, or strange, it is nothing. */
export function parseUsed(text: string | null, day: string): DataUsed {
  const none = { day, bytes: 0 };
  try {
    const kept = (JSON.parse(text ?? "{}") ?? {}) as Partial<Record<keyof DataUsed, unknown>>;
    const isToday = kept.day === day && typeof kept.bytes === "number" && Number.isFinite(kept.bytes) && kept.bytes >= 0;
    return isToday ? { day, bytes: kept.bytes as number } : none;
  } catch {
    return none;
  }
}

let used: DataUsed | null = null;
const listeners = new Set<(bytes: number) => void>();

/** Adds what was moved just now. */
export function addData(bytes: number): void {
  if (bytes === 0) return;
  const before = today();
  used = { ...before, bytes: before.bytes + bytes };
  try {
    localStorage.setItem(KEY, JSON.stringify(used));
  } catch {
    // Storage is closed to this page: it counts until it is left.
  }
  tell();
}

/** Calls `listener` with today's bytes now, at every change, and when a day begins. */
export function watchData(listener: (bytes: number) => void): void {
  if (listeners.size === 0) {
    setInterval(tell, MINUTE_MS);
    addEventListener("storage", ({ key }) => {
      if (key !== KEY) return;
      used = null;
      tell();
    });
  }
  listeners.add(listener);
  listener(today().bytes);
}

function today(): DataUsed {
  const day = dayOf(new Date());
  if (used?.day !== day) used = parseUsed(read(), day);
  return used;
}

function tell(): void {
  const { bytes } = today();
  for (const listener of listeners) listener(bytes);
}

function read(): string | null {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}
