import type { ProfileName } from "../../../shared/protocol/experiment.ts";
import { PROFILES } from "../data/profiles.ts";

const CHANGED = "profile-wanted";

/** The size of the runs that a reader wants to see, in all figures: it stands in the page's address, so that a link shows the same. Null: the usual one. */
export function wantedProfile(): ProfileName | null {
  const wanted = new URL(location.href).searchParams.get("profile");
  return PROFILES.find((profile) => profile === wanted) ?? null;
}

export function wantProfile(profile: ProfileName): void {
  const address = new URL(location.href);
  address.searchParams.set("profile", profile);
  history.replaceState(history.state, "", address);
  dispatchEvent(new Event(CHANGED));
}

/** Calls `listener` when the reader wants another. Gives the function that ends it. */
export function watchProfile(listener: () => void): () => void {
  addEventListener(CHANGED, listener);
  return () => removeEventListener(CHANGED, listener);
}
