import { type Checked, checkAll } from "../../../shared/theory/check-all.ts";
import { DEFAULT_INPUTS } from "../../../shared/theory/inputs.ts";

let checked: readonly Checked[] | undefined;

/** Every statement as checked with the inputs that the pages begin with; for the build, which computes them once. */
export const theoryChecks = (): readonly Checked[] => (checked ??= [...checkAll(DEFAULT_INPUTS)]);
