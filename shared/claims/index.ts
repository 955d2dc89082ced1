import { batchnormBearsALargerLearningRate } from "./batchnorm-bears-a-larger-learning-rate.ts";
import { batchnormBoundsTheDeepLinearLoss } from "./batchnorm-bounds-the-deep-linear-loss.ts";
import { batchnormDoesNotKeepGradientsAligned } from "./batchnorm-does-not-keep-gradients-aligned.ts";
import { batchnormDoesNotLowerCovariateShift } from "./batchnorm-does-not-lower-covariate-shift.ts";
import { batchnormGradientsAlignOnceConverged } from "./batchnorm-gradients-align-once-converged.ts";
import { batchnormIsLessSmoothAtASmallRate } from "./batchnorm-is-less-smooth-at-a-small-rate.ts";
import { batchnormIsLessSmoothAtStep0 } from "./batchnorm-is-less-smooth-at-step-0.ts";
import { batchnormIsRougherAtStep0 } from "./batchnorm-is-rougher-at-step-0.ts";
import { batchnormIsRougherAtStep0OfTheDeepLinearNetwork } from "./batchnorm-is-rougher-at-step-0-of-the-deep-linear-network.ts";
import { batchnormIsRougherLateOnTheDeepLinearNetwork } from "./batchnorm-is-rougher-late-on-the-deep-linear-network.ts";
import { batchnormLowersEffectiveBeta } from "./batchnorm-lowers-effective-beta.ts";
import { batchnormMakesGradientsPredictive } from "./batchnorm-makes-gradients-predictive.ts";
import { batchnormNarrowsTheLossBand } from "./batchnorm-narrows-the-loss-band.ts";
import { batchnormNeedsFewerStepsAtASmallLearningRate } from "./batchnorm-needs-fewer-steps-at-a-small-learning-rate.ts";
import { batchnormSteadiesActivations } from "./batchnorm-steadies-activations.ts";
import { batchnormTestsBetter } from "./batchnorm-tests-better.ts";
import { batchnormTrainsTheDeepLinearNetwork } from "./batchnorm-trains-the-deep-linear-network.ts";
import { batchnormTrainsTheDeepLinearNetworkAtASmallRate } from "./batchnorm-trains-the-deep-linear-network-at-a-small-rate.ts";
import { batchnormTrainsVggInFewerSteps } from "./batchnorm-trains-vgg-in-fewer-steps.ts";
import { batchnormTurnsTheDeepLinearGradient } from "./batchnorm-turns-the-deep-linear-gradient.ts";
import { effectiveBetaSettlesAtTwoOverTheRate } from "./effective-beta-settles-at-two-over-the-rate.ts";
import { effectiveBetaSettlesOnTheDeepLinearNetwork } from "./effective-beta-settles-on-the-deep-linear-network.ts";
import { l1NormBeatsBatchnormOnTheDeepLinearNetwork } from "./l1-norm-beats-batchnorm-on-the-deep-linear-network.ts";
import { l1NormTrainsVggAsWell } from "./l1-norm-trains-vgg-as-well.ts";
import { l2NormTrainsVggAsWell } from "./l2-norm-trains-vgg-as-well.ts";
import { linfNormTrainsVggAsWell } from "./linf-norm-trains-vgg-as-well.ts";
import { noiseAlonePreventsTraining } from "./noise-alone-prevents-training.ts";
import { noiseCostsBatchnormAlmostNothing } from "./noise-costs-batchnorm-almost-nothing.ts";
import { noiseShiftsActivations } from "./noise-shifts-activations.ts";
import { noisyBatchnormStillTrainsFaster } from "./noisy-batchnorm-still-trains-faster.ts";
import { theDeepLinearGapIsGoneAtALargerRate } from "./the-deep-linear-gap-is-gone-at-a-larger-rate.ts";
import { thePlateauOfBetaMovesWithTheGrid } from "./the-plateau-of-beta-moves-with-the-grid.ts";
import type { Claim } from "./judging/claim.ts";

/** Every claim of the study: VGG in the order of its figures, then the deep linear network. Their number sets the error that each verdict may make. */
export const claims: readonly Claim[] = [
  batchnormTrainsVggInFewerSteps,
  batchnormBearsALargerLearningRate,
  batchnormNeedsFewerStepsAtASmallLearningRate,
  batchnormTestsBetter,
  noisyBatchnormStillTrainsFaster,
  noiseCostsBatchnormAlmostNothing,
  noiseShiftsActivations,
  batchnormSteadiesActivations,
  noiseAlonePreventsTraining,
  l1NormTrainsVggAsWell,
  l2NormTrainsVggAsWell,
  linfNormTrainsVggAsWell,
  batchnormDoesNotLowerCovariateShift,
  batchnormDoesNotKeepGradientsAligned,
  batchnormGradientsAlignOnceConverged,
  batchnormNarrowsTheLossBand,
  batchnormMakesGradientsPredictive,
  batchnormIsRougherAtStep0,
  batchnormIsLessSmoothAtStep0,
  batchnormLowersEffectiveBeta,
  effectiveBetaSettlesAtTwoOverTheRate,
  thePlateauOfBetaMovesWithTheGrid,
  batchnormTrainsTheDeepLinearNetwork,
  l1NormBeatsBatchnormOnTheDeepLinearNetwork,
  batchnormTrainsTheDeepLinearNetworkAtASmallRate,
  batchnormTurnsTheDeepLinearGradient,
  theDeepLinearGapIsGoneAtALargerRate,
  effectiveBetaSettlesOnTheDeepLinearNetwork,
  batchnormIsLessSmoothAtASmallRate,
  batchnormIsRougherAtStep0OfTheDeepLinearNetwork,
  batchnormBoundsTheDeepLinearLoss,
  batchnormIsRougherLateOnTheDeepLinearNetwork,
];
