import type { Experiment } from "./experiment.ts";
import { training } from "./training.ts";

/** The study: every experiment, in the order in which the report asks its questions. */
export const experiments: readonly Experiment[] = [training];
