import { activations } from "./activations.ts";
import { covariateShift } from "./covariate-shift.ts";
import { deepLinear } from "./deep-linear.ts";
import { deepLinearNorms } from "./deep-linear-norms.ts";
import { type Experiment, isTrained } from "./experiment.ts";
import { landscape } from "./landscape.ts";
import { noise } from "./noise.ts";
import { norms } from "./norms.ts";
import { training } from "./training.ts";

/** The study: every experiment, in the order in which the report asks its questions. */
export const experiments: readonly Experiment[] = [
  training,
  deepLinear,
  noise,
  covariateShift,
  landscape,
  norms,
  deepLinearNorms,
  activations,
];

/** Those that the coordinator has shards of. */
export const trainedExperiments = experiments.filter(isTrained);
