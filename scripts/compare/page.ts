import { LEAST_SEEDS } from "../../shared/compare/judge.ts";
import { ACCURACY, COSINE, FACTOR, LOOSE_FACTOR } from "../../shared/compare/question.ts";
import type { ComparisonRow } from "../../shared/compare/rows.ts";
import type { StudySnapshot } from "../../shared/protocol/snapshot.ts";
import { byFigure, markdownTable, tally } from "./tables.ts";

/** docs/compare.md: what was compared by which rule, then a table for each figure. */
export function page(rows: readonly ComparisonRow[], snapshot: StudySnapshot | null): string {
  const figures = [...byFigure(rows)].map(([figure, of]) => `## Figure ${figure}\n\n${markdownTable(of)}\n`);
  return `${head(rows, snapshot)}\n${figures.join("\n")}`;
}

const head = (rows: readonly ComparisonRow[], snapshot: StudySnapshot | null) => `# The paper's curves against ours

Written by \`npm run compare -- --markdown docs/compare.md\` from ${snapshot ? `the snapshot of ${snapshot.takenAt.slice(0, 16).replace("T", " ")} UTC` : "no snapshot: nothing was trained yet"}. Every quantity is measured by
the same code on the paper's digitised curves (one run each, read to 0.3 % of an axis) and on each of our runs. Figures are counted as in the NeurIPS version.

${tally(rows)}

**The rule.** Ours is the median over seeds with the interval of their order statistics (90 % from ${LEAST_SEEDS} seeds on, the range of fewer). A number of one
network is compared only at the paper's size: it agrees when the paper's value lies in the interval, or the median is within a factor of ${FACTOR.level} (${LOOSE_FACTOR.level} for landscape, gradients,
moments and the deep linear losses), ${100 * ACCURACY.level} points of accuracy or ${COSINE.level} of a cosine. The order of two networks is compared at every size, seed by seed: it agrees when the whole interval lies on the paper's side of equality.
Where the paper's two are within ${Math.round(100 * (FACTOR.tie - 1))} % (${100 * ACCURACY.tie} point, ${COSINE.tie}) of each other, they count as equal. Fewer than ${LEAST_SEEDS} seeds decide no order and no difference.

**Spans** are named in the paper's steps; a shorter run's span is the same share of it, and so are the five points (100 steps apart) over which training accuracy is smoothed, where we record so often.

**Why numbers may differ.** The pilot has fewer channels and steps than the paper (the last column says how many). Beyond that the paper states neither depth, head, weight decay nor epsilon of its VGG.
The deep linear network's matrix A and data are drawn anew for each seed, and their scale is inferred from the paper's curves: its losses are plateaus made of A's singular values, of which the paper shows one draw.
Gradient differences are sums over variables of l2 norms, and losses contain the weight decay's penalty, because that reproduces the paper's scale.
`;
