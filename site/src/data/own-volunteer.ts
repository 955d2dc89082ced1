/** Who this browser's volunteer is, for pages that only read: its id, once something was handed in. Kept here and sent nowhere. */
const ID = "own-volunteer";
const HIDDEN = "own-runs-hidden";
const CHANGED = "own-volunteer-changed";

/** The volunteer's id; null in a browser that has handed in nothing. */
export const ownVolunteer = (): string | null => read(ID);

/** Whether its runs are to stand out in the figures. */
export const showsOwnRuns = (): boolean => read(HIDDEN) === null;

export function keepOwnVolunteer(id: string): void {
  if (ownVolunteer() !== id) keep(ID, id);
}

export const showOwnRuns = (isShown: boolean): void => keep(HIDDEN, isShown ? null : "yes");

/** Calls `listener` when either changes, in this tab or another. Gives the function that ends it. */
export function watchOwn(listener: () => void): () => void {
  const heard = (event: Event) => {
    if (!(event instanceof StorageEvent) || event.key === ID || event.key === HIDDEN) listener();
  };
  addEventListener(CHANGED, heard);
  addEventListener("storage", heard);
  return () => {
    removeEventListener(CHANGED, heard);
    removeEventListener("storage", heard);
  };
}

function keep(key: string, value: string | null): void {
  try {
    if (value === null) localStorage.removeItem(key);
    else localStorage.setItem(key, value);
  } catch {
    // Storage is closed to this page: nothing stands out then.
  }
  dispatchEvent(new Event(CHANGED));
}

function read(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}
