import type { Checked } from "../../../shared/theory/check-all.ts";
import type { TheoryInputs } from "../../../shared/theory/inputs.ts";

export type ToTheoryWorker = TheoryInputs;

/** Each statement as soon as it is checked; then the time all of them took. First with a few networks, for a quick look, then with all. */
export type FromTheoryWorker =
  | { readonly kind: "checked"; readonly checked: Checked }
  | { readonly kind: "looked" | "done"; readonly networks: number; readonly ms: number };
