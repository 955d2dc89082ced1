import type { Verdicts } from "../../../shared/protocol/verdicts.ts";
import { listen } from "./feed.ts";
import { shown } from "./feed-view.ts";
import { askVerdicts } from "./ask-verdicts.ts";

/** What the page holds: nothing until it differs from what it was built with. */
let held: { readonly key: string; readonly verdicts: Verdicts } | null = null;
let asked = "";
let stop: (() => void) | null = null;
const listeners = new Set<(verdicts: Verdicts) => void>();

/**
 * Calls `listener` with the verdicts of the data that the page shows, at every change: the coordinator's own once it has results, else the published ones. What
 * was published stands in the page already, so it comes only when a reader goes back to it.
 */
export function listenVerdicts(listener: (verdicts: Verdicts) => void): () => void {
  listeners.add(listener);
  if (held) listener(held.verdicts);
  stop ??= listen((view) => {
    if (view.reachable === null) return;
    const { key, source } = shown(view, Date.now());
    if (key === asked || (source === "published" && held === null)) return;
    asked = key;
    void take(key, source === "live" ? "/api/verdicts" : "/verdicts.json");
  });
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    stop?.();
    stop = null;
  };
}

async function take(key: string, path: string): Promise<void> {
  const verdicts = await askVerdicts(path);
  // Asked again at the next change; what came late for an older question is not shown.
  if (asked !== key) return;
  if (!verdicts || verdicts.judgedAt === null) {
    asked = "";
    return;
  }
  held = { key, verdicts };
  for (const listener of listeners) listener(verdicts);
}
