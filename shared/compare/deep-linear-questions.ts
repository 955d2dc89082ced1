import { bandPeak, bandStart, bandTop, meanOver, medianOver, startOf, sweepOver, valueOf } from "./measures.ts";
import { arms, COSINE, LOOSE_FACTOR, NORMS, type Arms, type Question } from "./question.ts";

/** Early, middle and late in the paper's 10,000 steps. */
const SPANS: readonly (readonly [from: number, to: number])[] = [
  [0, 2000],
  [2000, 6000],
  [6000, 10_000],
];
const words = ([from, to]: readonly [number, number]) => `steps ${from.toLocaleString("en")} to ${to.toLocaleString("en")}`;

const row = (figure: string, of: Arms, quantity: string, measure: Question["measure"], agreement = LOOSE_FACTOR): Question => ({
  ...{ figure, quantity, unit: "number", agreement, arms: of, measure },
});

const losses = (figure: string, of: Arms): Question[] =>
  [1000, 5000, 10_000].map((step) =>
    row(figure, of, `training loss after ${step.toLocaleString("en")} steps`, valueOf("train-loss", step)),
  );

const shift = (figure: string, rate: number): Question[] => [
  row(figure, arms("deep-linear", rate), "|G - G'| of layer 9, first point", startOf("shift-l2", 9)),
  ...SPANS.map((span) =>
    row(figure, arms("deep-linear", rate), `|G - G'| of layer 9, mean, ${words(span)}`, meanOver("shift-l2", ...span, 9)),
  ),
  ...[9, 17].flatMap((layer) =>
    SPANS.map((span) =>
      row(
        figure,
        arms("deep-linear", rate),
        `cosine of G and G' of layer ${layer}, mean, ${words(span)}`,
        meanOver("shift-cosine", ...span, layer),
        COSINE,
      ),
    ),
  ),
];

/** @param panels figure numbers of loss band, gradient band and beta */
const landscape = ([loss, gradient, beta]: readonly [string, string, string], of: Arms): Question[] => [
  row(loss, of, "greatest loss of all", bandPeak("loss-band", 0, 10_000)),
  row(loss, of, "greatest loss along the gradient, median after step 7,000", bandTop("loss-band", 7000, 10_000)),
  row(gradient, of, "greatest |g' - g|, first point", bandStart("gradient-band")),
  ...SPANS.map((span) => row(gradient, of, `greatest |g' - g|, median, ${words(span)}`, bandTop("gradient-band", ...span))),
  row(beta, of, "effective beta, first point", startOf("beta")),
  row(beta, of, "effective beta, median after step 7,000", medianOver("beta", 7000, 10_000)),
];

/** Figures 3, 6, 9, 10 and 12 (13b is 12a again). */
export const deepLinearQuestions: readonly Question[] = [
  ...losses("3b", arms("deep-linear", 1e-7)),
  ...shift("3b", 1e-7),
  ...losses("6b", arms("deep-linear", 1e-6)),
  ...shift("6b", 1e-6),
  ...landscape(["9a", "9b", "9c"], arms("deep-linear", 1e-6)),
  ...SPANS.map((span) =>
    row(
      "10b",
      arms("deep-linear", 1e-6),
      `|g' - g| over the largest step over that over the smallest, median, ${words(span)}`,
      sweepOver(...span),
    ),
  ),
  ...losses("12a", arms("deep-linear", 1e-6, NORMS)),
  ...landscape(["12b", "12c", "12d"], arms("deep-linear", 1e-6, NORMS)),
];
