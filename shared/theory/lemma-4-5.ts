import { normal } from "../math/random.ts";
import { apart, holds, identity, inequality, measure, median } from "./finding.ts";
import { inProportion } from "./inputs.ts";
import { INPUTS } from "./network.ts";
import {
  batchNormLoss,
  batchNormOptimum,
  matchingScale,
  plainLoss,
  randomRegression,
  type Regression,
  type Scale,
} from "./regression.ts";
import { outOf, type Statement, tiny } from "./statement.ts";
import { combination, dot, scaled, squaredNorm, type Vector } from "./vectors.ts";

const PAIRS = 10_000;
const MOST_REGRESSIONS = 25;
/** a in Lhat(a W*) = Lhat(W*). */
const RESCALINGS = [0.1, 0.2, 0.5, 1, 2, 5, 10];
/** Where the reader's epsilon is 0, this one shows what an epsilon does. */
const SHOWN_EPSILON = 1e-3;
/** The study's own weight decay. */
const WEIGHT_DECAY = 5e-4;

const squaredDistance = (a: Vector, b: Vector): number => squaredNorm(combination([1, a], [-1, b]));

/** The multiple of W* that is closest to W0. */
const closest = (start: Vector, optimum: Vector): Vector => scaled(optimum, dot(optimum, start) / squaredNorm(optimum));

/** How far the lemma's two sides are apart for the closest multiple, as a share of |W0|² + |W*|². */
function lemmaError(start: Vector, optimum: Vector): number {
  const length = squaredNorm(optimum);
  const right = squaredDistance(start, optimum) - (length - dot(optimum, start)) ** 2 / length;
  return apart(squaredDistance(start, closest(start, optimum)), right, squaredNorm(start) + length);
}

/** The largest change of the loss over the rescalings, as a share of the loss at W*. */
export function rescalingChange(regression: Regression, scale: Scale, penalty = 0): number {
  const loss = (a: number) =>
    batchNormLoss(regression, scale, scaled(regression.optimum, a)) + (penalty / 2) * a ** 2 * squaredNorm(regression.optimum);
  return Math.max(...RESCALINGS.map((a) => Math.abs(loss(a) - loss(1)) / loss(1)));
}

export const lemma45: Statement = {
  id: "lemma-4-5",
  name: "Lemma 4.5",
  title: "A better start",
  says: "With BatchNorm the length of the weights does not count, so every positive multiple of an optimum is one too. Among them is one at least as close to where training starts as the optimum without BatchNorm.",
  printed: {
    tex: String.raw`\lVert W_0-\hat{W}^*\rVert^2 \le \lVert W_0-W^*\rVert^2 - \frac{\bigl(\lVert W^*\rVert^2-\langle W^*,W_0\rangle\bigr)^2}{\lVert W^*\rVert^2}\quad\text{if }\langle W_0,W^*\rangle>0`,
    note: String.raw`$W^*$ and $\hat{W}^*$ are the optima closest to $W_0$ without and with BatchNorm. For $\hat{W}^* = kW^*$ with $k = \langle W^*,W_0\rangle/\lVert W^*\rVert^2$ both sides are equal.`,
  },
  corrected: null,
  method: `${PAIRS.toLocaleString("en")} random pairs of start and optimum for the algebra. Then linear regressions with one unit, γ and β fixed at W*’s values, trained by gradient descent with and without BatchNorm; the loss at aW* for a from 0.1 to 10.`,
  meaning:
    "One layer, γ and β fixed, ε = 0, no weight decay: then it is plain geometry. It says where the closest optimum lies, not where training ends. An ε or weight decay makes the length count again.",
  check({ inputs }) {
    const { seed, batchSize, epsilon } = inputs;
    const pairs = Array.from({ length: inProportion(PAIRS, inputs) }, (_, index) => {
      const draw = normal(seed, "theory/pair", index, 2 * INPUTS);
      const [start, optimum] = [draw.subarray(0, INPUTS), draw.subarray(INPUTS)];
      return { start: dot(start, optimum) > 0 ? start : scaled(start, -1), optimum };
    });
    const algebra = identity("the two sides for Ŵ* = kW*", 1e-10, pairs, ({ start, optimum }) => lemmaError(start, optimum));
    const regressions = Array.from({ length: inProportion(MOST_REGRESSIONS, inputs) }, (_, index) =>
      randomRegression(seed, index, batchSize),
    );
    const invariant = identity("the loss at aW* and at W*, ε = 0", 1e-10, regressions, (one) =>
      rescalingChange(one, matchingScale(one)),
    );
    const trained = regressions.map((one) => ({ ...one, end: batchNormOptimum(one) }));
    const same = identity("the losses at which training ends", 1e-6, trained, (one) =>
      apart(batchNormLoss(one, matchingScale(one), one.end), plainLoss(one, one.optimum)),
    );
    const nearer = inequality("the closest optimum with BatchNorm is not farther than W*", { proved: true }, trained, (one) => ({
      left: squaredDistance(one.start, closest(one.start, one.optimum)),
      right: squaredDistance(one.start, one.optimum),
    }));
    const ended = inequality("where training with BatchNorm ends is not farther than W*", { proved: false }, trained, (one) => ({
      left: squaredDistance(one.start, one.end),
      right: squaredDistance(one.start, one.optimum),
    }));
    const shown = epsilon > 0 ? epsilon : SHOWN_EPSILON;
    const change = (of: (one: Regression) => number) => median(regressions.map(of));
    return {
      findings: [
        ...[algebra, invariant, same, nearer.finding, ended.finding],
        measure(
          `largest change of the loss over a from 0.1 to 10, with ε = ${shown}, median`,
          "share",
          change((one) => rescalingChange(one, matchingScale(one, shown))),
        ),
        measure(
          `... with weight decay ${WEIGHT_DECAY}, median`,
          "share",
          change((one) => rescalingChange(one, matchingScale(one), WEIGHT_DECAY)),
        ),
      ],
      rows: [nearer.row("The closest optimum"), ended.row("Where training ends")],
      verdict: [algebra, invariant, same, nearer.finding].every(holds)
        ? `Holds: the algebra to ${tiny(algebra.worst)}, the loss’s indifference to the weights’ length to ${tiny(invariant.worst)} for ε = 0. ` +
          `Training with BatchNorm ends farther from its start than W* is in ${outOf(ended.finding.fails, ended.finding.cases)} regressions, which the lemma does not exclude.`
        : `Does not hold here: algebra ${tiny(algebra.worst)}, invariance ${tiny(invariant.worst)}, trained losses ${tiny(same.worst)} apart, ${nearer.finding.fails} optima farther.`,
    };
  },
};
