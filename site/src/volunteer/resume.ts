/** What the address (`?provider=`, `?experiment=`) or the settings asked for when training began. */
export interface Asked {
  readonly provider: "webgpu" | "wasm" | null;
  readonly experiment: string | null;
}

/** What this tab keeps over a reload. */
export interface Kept extends Asked {
  readonly isPaused: boolean;
}

const KEY = "volunteer";

/** Whether this tab was training before it was reloaded. A fresh visit never was. */
export function shouldResume(): boolean {
  return recall() !== null;
}

/** What this tab was training with, or null. */
export function recall(): Kept | null {
  try {
    const kept = sessionStorage.getItem(KEY);
    return kept === null ? null : (JSON.parse(kept) as Kept);
  } catch {
    return null; // Storage is closed to this page: it starts by hand.
  }
}

export function remember(kept: Kept): void {
  try {
    sessionStorage.setItem(KEY, JSON.stringify(kept));
  } catch {
    // Then a reload does not resume by itself.
  }
}

export function forget(): void {
  try {
    sessionStorage.removeItem(KEY);
  } catch {
    // Nothing was kept.
  }
}

/** Reads the address; other values count as not given. */
export function askedBy(search: string): Asked {
  const query = new URLSearchParams(search);
  const provider = query.get("provider");
  return { provider: provider === "webgpu" || provider === "wasm" ? provider : null, experiment: query.get("experiment") };
}
