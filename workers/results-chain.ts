import { canonicalJson } from "../shared/math/json.ts";
import { sha256Hex } from "../shared/math/sha256.ts";

/** What stands before an experiment's first result. */
export const NO_RESULTS = "0".repeat(64);

/**
 * The link of an accepted result to the one before it, in the order in which they were accepted: whoever changes, drops or adds a result changes every link
 * after it.
 * @param previous link of the result before, or NO_RESULTS  @param json the StoredResult, canonical
 */
export const resultLink = (previous: string, json: string): string =>
  sha256Hex(canonicalJson({ previous, result: sha256Hex(json) }));
