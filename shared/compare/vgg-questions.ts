import {
  bandPeak,
  bandRatio,
  bandStart,
  bandTop,
  meanOver,
  medianOver,
  startOf,
  stepsToAccuracy,
  sweepOver,
  valueOf,
} from "./measures.ts";
import { ACCURACY, arms, COSINE, FACTOR, LOOSE_FACTOR, NORMS, type Arms, type Question } from "./question.ts";

/** Early, middle and late in the paper's 15,000 steps. */
const SPANS: readonly (readonly [from: number, to: number])[] = [
  [0, 3000],
  [3000, 10_000],
  [10_000, 15_000],
];
const words = ([from, to]: readonly [number, number]) => `steps ${from.toLocaleString("en")} to ${to.toLocaleString("en")}`;

const stepsTo = (figure: string, of: Arms, levels: readonly number[]): Question[] =>
  levels.map((level) => ({
    figure,
    quantity: `steps to ${100 * level} % training accuracy`,
    unit: "steps",
    agreement: FACTOR,
    arms: of,
    measure: stepsToAccuracy(level),
  }));

const testAccuracy = (rate: number): Question[] =>
  [1000, 15_000].map((step) => ({
    figure: "1b",
    quantity: `test accuracy after ${step.toLocaleString("en")} steps`,
    unit: "accuracy",
    agreement: ACCURACY,
    arms: arms("vgg", rate),
    measure: valueOf("test-accuracy", step),
  }));

const shift = (figure: string, rate: number): Question[] => {
  const of = arms("vgg", rate);
  const l2 = { figure, unit: "number", agreement: LOOSE_FACTOR, arms: of } as const;
  return [
    { ...l2, quantity: "|G - G'| of layer 5, first point", measure: startOf("shift-l2", 5) },
    ...SPANS.map((span): Question => ({
      ...l2,
      quantity: `|G - G'| of layer 5, mean, ${words(span)}`,
      measure: meanOver("shift-l2", ...span, 5),
    })),
    ...[5, 10].flatMap((layer) =>
      SPANS.map((span): Question => ({
        figure,
        quantity: `cosine of G and G' of layer ${layer}, mean, ${words(span)}`,
        unit: "number",
        agreement: COSINE,
        arms: of,
        measure: meanOver("shift-cosine", ...span, layer),
      })),
    ),
  ];
};

/** @param panels figure numbers of loss band, gradient band and beta */
const landscape = (panels: readonly [string, string, string], of: Arms): Question[] => {
  const row = (figure: string, quantity: string, measure: Question["measure"], agreement = LOOSE_FACTOR): Question => ({
    ...{ figure, quantity, unit: "number", agreement, arms: of, measure },
  });
  const [loss, gradient, beta] = panels;
  return [
    ...SPANS.map((span) =>
      row(loss, `loss band, greatest over least, median, ${words(span)}`, bandRatio("loss-band", ...span), FACTOR),
    ),
    ...SPANS.map((span) =>
      row(loss, `loss band, greatest over least, 95 % quantile, ${words(span)}`, bandRatio("loss-band", ...span, 0.95)),
    ),
    row(gradient, "greatest |g' - g|, first point", bandStart("gradient-band")),
    ...SPANS.map(([from, to]) =>
      row(
        gradient,
        `greatest |g' - g|, median, ${words([Math.max(100, from), to])}`,
        bandTop("gradient-band", Math.max(100, from), to),
      ),
    ),
    row(gradient, "greatest |g' - g| of all after step 100", bandPeak("gradient-band", 100, 15_000)),
    row(beta, "effective beta, first point", startOf("beta")),
    row(beta, "effective beta, median after step 3,000", medianOver("beta", 3000, 15_000), FACTOR),
  ];
};

/** Figure 7 was read to 0.3 % of axes from 0 to 1; BatchNorm's moments change by less. */
const MOMENT_READING = 0.003;

const moments = ([2, 9, 13] as const).flatMap((layer) =>
  (["mean", "variance"] as const).map((moment): Question => ({
    figure: "7a",
    quantity: `change of the ${moment} of layer ${layer} from step to step, mean`,
    unit: "number",
    agreement: LOOSE_FACTOR,
    floor: MOMENT_READING,
    arms: arms("vgg", 0.1, ["none", "batch", "noisy-batch"]),
    measure: meanOver(`${moment}-change`, 100, 15_000, layer),
  })),
);

/** Figures 1 to 4, 6, 7, 10 and 11 (13a is 11a again). */
export const vggQuestions: readonly Question[] = [
  ...stepsTo("1a", arms("vgg", 0.1), [0.5, 0.75, 0.9, 0.95, 0.98]),
  ...stepsTo("1a", arms("vgg", 0.5), [0.5, 0.75, 0.9, 0.95]),
  ...testAccuracy(0.1),
  ...testAccuracy(0.5),
  ...stepsTo("2", arms("vgg", 0.1, ["batch", "noisy-batch", "none"]), [0.5, 0.75, 0.9, 0.95, 0.98]),
  ...shift("3a", 0.1),
  ...landscape(["4a", "4b", "4c"], arms("vgg", 0.1)),
  ...stepsTo("6a", arms("vgg", 0.01), [0.5, 0.75, 0.9, 0.95, 0.98]),
  ...shift("6a", 0.01),
  ...moments,
  ...SPANS.map((span): Question => ({
    figure: "10a",
    quantity: `|g' - g| over the largest step over that over the smallest, median, ${words(span)}`,
    unit: "number",
    agreement: LOOSE_FACTOR,
    arms: arms("vgg", 0.1),
    measure: sweepOver(...span),
  })),
  ...stepsTo("11a", arms("vgg", 0.1, NORMS), [0.5, 0.9, 0.98]),
  ...landscape(["11b", "11c", "11d"], arms("vgg", 0.1, NORMS)),
];
