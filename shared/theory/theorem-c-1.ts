import { apart, holds, identity, inequality, measure, median, shareOf } from "./finding.ts";
import { hessianTerms } from "./full-hessian.ts";
import { inProportion } from "./inputs.ts";
import { outOf, type Statement, tiny } from "./statement.ts";
import { separation } from "./theorem-4-2.ts";
import { greatestInputs, LARGEST_NORM } from "./theorem-4-4.ts";
import type { Unit } from "./units.ts";
import { combination, dot, product, scaled, squaredNorm, transposedProduct, type Vector } from "./vectors.ts";

/** Climbing costs a hundred times what the other checks do, so at most this many units are climbed from. */
const CLIMBS = 120;

/** A symmetric matrix, by its products. */
type Matrix = (v: Vector) => Vector;

/** g_Wᵀ H_WW g_W for inputs X, where g_W = Xᵀv and H_WW = XᵀHX. */
function throughInputs(x: Float64Array, v: Vector, hessian: Matrix): number {
  const gradient = transposedProduct(x, v);
  return dot(gradient, transposedProduct(x, hessian(product(x, gradient))));
}

const unitLength = (v: Vector): Vector => scaled(v, 1 / Math.sqrt(squaredNorm(v)));

/**
 * Climbs from the paper's maximiser w = v/|v| over inputs X = lambda w eᵀ, all of norm lambda, for which the value is lambda⁴ <w, v>² wᵀHw.
 * Each step goes up or is halved, so what it finds is at least the paper's value: a lower bound of the true maximum.
 */
function climb(v: Vector, hessian: Matrix): number {
  const direction = unitLength(v);
  let w = direction;
  let hw = hessian(w);
  const value = (at: Vector, product: Vector) => dot(at, direction) ** 2 * dot(at, product);
  let best = value(w, hw);
  let step = 1 / Math.sqrt(squaredNorm(hw) + Number.MIN_VALUE);
  for (let i = 0; i < 40; i++) {
    const along = dot(w, direction);
    const slope = combination([2 * along * dot(w, hw), direction], [2 * along ** 2, hw]);
    const tangent = combination([1, slope], [-dot(slope, w), w]);
    const next = unitLength(combination([1, w], [step, tangent]));
    const product = hessian(next);
    const there = value(next, product);
    if (there > best) [w, hw, best, step] = [next, product, there, 1.5 * step];
    else step /= 2;
  }
  return LARGEST_NORM ** 4 * squaredNorm(v) * best;
}

interface Climbed {
  readonly unit: Unit;
  /** At the paper's maximiser, with and without BatchNorm. */
  readonly hat: number;
  readonly plain: number;
  /** The largest that climbing found. */
  readonly hatFound: number;
  readonly plainFound: number;
}

/** Climbing takes many products, so BatchNorm's Hessian is the formula of equations 41 and 42, which was checked by then. */
function climbed(unit: Unit): Climbed {
  const hessianHat: Matrix = (v) => {
    const { curvature, own } = hessianTerms(unit, v);
    return combination([1, curvature], [1, own]);
  };
  return {
    unit,
    hat: throughInputs(greatestInputs(unit.gHat), unit.gHat, unit.curvatureHat),
    plain: throughInputs(greatestInputs(unit.g), unit.g, unit.curvature),
    hatFound: climb(unit.gHat, hessianHat),
    plainFound: climb(unit.g, unit.curvature),
  };
}

export const theoremC1: Statement = {
  id: "theorem-c-1",
  name: "Theorem C.1",
  title: "The worst case of the curvature",
  says: "Theorem 4.2 for the weights, in the worst case over layer inputs of norm at most λ: BatchNorm’s is smaller, by λ⁴ times what Theorem 4.2 subtracts.",
  printed: {
    tex: String.raw`\max_{\lVert X\rVert\le\lambda}(\nabla_W\hat{L})^\top\hat{H}_{WW}(\nabla_W\hat{L}) < \frac{\gamma^2}{\sigma^2}\Bigl(\max_{\lVert X\rVert\le\lambda}(\nabla_W L)^\top H_{WW}(\nabla_W L) - \lambda^4\kappa\Bigr)`,
    note: String.raw`κ is what Theorem 4.2 subtracts. $H_{WW} = X^\top H_{yy} X$, so inputs count four times.`,
  },
  corrected: {
    tex: String.raw`\begin{gathered}X^\star=\lambda\,\frac{v}{\lVert v\rVert}\,e^\top,\quad v=\nabla_{y_j}\hat{L}\\ \Longrightarrow\quad (\nabla_W\hat{L})^\top\hat{H}_{WW}(\nabla_W\hat{L}) = \lambda^4\,v^\top\frac{\partial^2\hat{L}}{\partial y_j\,\partial y_j}\,v\end{gathered}`,
    note: "At the inputs that give the longest gradient it is λ⁴ times Theorem 4.2. But those inputs are not the ones that give the most curvature.",
  },
  method:
    "The value at X* through the weights, against λ⁴ times the second derivative along v. Then inputs of the same norm that give more are looked for by climbing from X*; what is found is a lower bound of the true maximum.",
  meaning:
    "At X* this is Theorem 4.2 once more, with its assumption. Over all inputs of norm λ, other ones give both networks more, and what Theorem 4.2 says about X* does not carry over to them.",
  check({ inputs, spread }) {
    const units = spread().slice(0, inProportion(CLIMBS, inputs)).map(climbed);
    const exact = identity("the value at X*, and λ⁴ × Theorem 4.2", 1e-6, units, ({ unit, hat }) => {
      const { curvature, own } = hessianTerms(unit, unit.gHat);
      const terms = [dot(unit.gHat, curvature), dot(unit.gHat, own)] as const;
      const factor = LARGEST_NORM ** 4;
      return apart(hat, factor * (terms[0] + terms[1]), factor * (Math.abs(terms[0]) + Math.abs(terms[1])));
    });
    const right = (unit: Unit, plain: number) => (unit.gamma / unit.sigma) ** 2 * (plain - LARGEST_NORM ** 4 * separation(unit));
    const at = inequality("as printed, with the value at X* for the maximum", { proved: false }, units, (one) => ({
      left: one.hat,
      right: right(one.unit, one.plain),
    }));
    const found = inequality("as printed, with the largest value found", { proved: false }, units, (one) => ({
      left: one.hatFound,
      right: right(one.unit, one.plainFound),
    }));
    const more = ({ hat, hatFound }: Climbed) => hatFound > hat + 0.01 * Math.abs(hat);
    const positive = units.filter(({ hat }) => hat > 0);
    return {
      findings: [
        ...[exact, at.finding, found.finding],
        measure("units in which other inputs give at least 1% more than X*", "share", shareOf(units, more)),
        measure(
          "how many times more, median where X* gives more than 0",
          "ratio",
          median(positive.map((one) => one.hatFound / one.hat)),
        ),
      ],
      rows: [at.row("At X*"), found.row("Largest value found")],
      verdict: holds(exact)
        ? `At X* it is Theorem 4.2 times λ⁴, to ${tiny(exact.worst)}, and like its second line it fails in ${outOf(at.finding.fails, at.finding.cases)} units. ` +
          `X* is not where the curvature is greatest in ${outOf(units.filter(more).length, units.length)}; with the largest values found, the inequality fails in ${outOf(found.finding.fails, found.finding.cases)}.`
        : `The value at X* is not λ⁴ times Theorem 4.2 here: they differ by up to ${tiny(exact.worst)} of the terms.`,
    };
  },
};
