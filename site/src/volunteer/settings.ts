/** How a volunteer wants this browser to train; kept here, and sent nowhere. */
export interface Settings {
  /** Share of the time that may be spent computing. */
  readonly duty: number;
  /** Where to compute; null: on the GPU where there is one. */
  readonly provider: "webgpu" | "wasm" | null;
  readonly onlyPluggedIn: boolean;
  readonly onlyVisible: boolean;
  readonly onlyIdle: boolean;
  /** Not on a connection that says it is metered, or that data should be saved. */
  readonly onlyUnmetered: boolean;
  /** Bytes over the network a day, both ways; null: as many as it takes. */
  readonly dataLimit: number | null;
  /** Keep the screen on while it trains and can be seen. */
  readonly keepAwake: boolean;
}

export const DUTIES = [1, 0.75, 0.5, 0.25, 0.1] as const;

/** The images alone are 184 MB, once. */
export const DATA_LIMITS = [null, 5e9, 1e9, 250e6] as const;

export const DEFAULTS: Settings = {
  duty: 1,
  provider: null,
  onlyPluggedIn: false,
  onlyVisible: false,
  onlyIdle: false,
  onlyUnmetered: true,
  dataLimit: null,
  keepAwake: false,
};

const KEY = "volunteer-settings";

/** Reads settings that an older page, or a person, may have written: what does not fit is as it is by default. */
export function parseSettings(text: string | null): Settings {
  let kept: Partial<Record<keyof Settings, unknown>>;
  try {
    kept = (JSON.parse(text ?? "{}") ?? {}) as typeof kept;
  } catch {
    return DEFAULTS;
  }
  const flag = (name: keyof Settings) => (typeof kept[name] === "boolean" ? kept[name] : (DEFAULTS[name] as boolean));
  return {
    duty: DUTIES.find((duty) => duty === kept.duty) ?? DEFAULTS.duty,
    provider: kept.provider === "webgpu" || kept.provider === "wasm" ? kept.provider : null,
    onlyPluggedIn: flag("onlyPluggedIn"),
    onlyVisible: flag("onlyVisible"),
    onlyIdle: flag("onlyIdle"),
    onlyUnmetered: flag("onlyUnmetered"),
    dataLimit: DATA_LIMITS.find((limit) => limit === kept.dataLimit) ?? DEFAULTS.dataLimit,
    keepAwake: flag("keepAwake"),
  };
}

const listeners = new Set<(settings: Settings) => void>();
let current: Settings | null = null;

/** The settings as they stand; changes in another tab count too. */
export function settings(): Settings {
  if (current) return current;
  current = parseSettings(read());
  addEventListener("storage", ({ key, newValue }) => {
    if (key === KEY) tell(parseSettings(newValue));
  });
  return current;
}

export function change(part: Partial<Settings>): void {
  tell({ ...settings(), ...part });
  try {
    localStorage.setItem(KEY, JSON.stringify(current));
  } catch {
    // Storage is closed to this page: they hold until it is left.
  }
}

/** Calls `listener` at every change. */
export function watchSettings(listener: (settings: Settings) => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function tell(next: Settings): void {
  current = next;
  for (const listener of listeners) listener(next);
}

function read(): string | null {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}
