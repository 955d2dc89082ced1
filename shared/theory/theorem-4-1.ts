import { apart, holds, identity, inequality, measure, median } from "./finding.ts";
import { outOf, type Statement, tiny } from "./statement.ts";
import type { Unit } from "./units.ts";
import { dot, squaredNorm, total, type Vector } from "./vectors.ts";

/** The right side of Theorem 4.1 with gradient g, and `coefficient` before <g, yhat>². */
export function gradientBound({ gamma, sigma, m, yhat }: Unit, g: Vector, coefficient: number): number {
  return (gamma / sigma) ** 2 * (squaredNorm(g) - total(g) ** 2 / m - coefficient * dot(g, yhat) ** 2);
}

/** What makes Theorem 4.1 an equality: (2 - q) / m, which is 1 / m for epsilon = 0. */
export const exactCoefficient = ({ m, q }: Unit): number => (2 - q) / m;

/** The first term of the bound: what errors are measured against. */
const firstTerm = ({ gamma, sigma, g }: Unit) => (gamma / sigma) ** 2 * squaredNorm(g);

/** How far |dL/dy|² is from the bound with some coefficient, as a share of the first term. */
export const gradientError = (unit: Unit, coefficient = exactCoefficient(unit)): number =>
  apart(squaredNorm(unit.gHat), gradientBound(unit, unit.g, coefficient), firstTerm(unit));

export const theorem41: Statement = {
  id: "theorem-4-1",
  name: "Theorem 4.1",
  title: "The gradient of a unit’s outputs",
  says: "With BatchNorm, the loss’s gradient with respect to a unit’s outputs is the gradient behind BatchNorm, less its mean and less its part along the normalized outputs, times γ/σ. Two parts are taken away, so for γ ≤ σ the loss changes less steeply.",
  printed: {
    tex: String.raw`\lVert\nabla_{y_j}\hat{L}\rVert^2 \le \frac{\gamma^2}{\sigma_j^2}\Bigl(\lVert\nabla_{y_j}L\rVert^2 - \frac{1}{m}\langle\mathbf{1},\nabla_{y_j}L\rangle^2 - \frac{1}{\sqrt{m}}\langle\nabla_{y_j}L,\hat{y}_j\rangle^2\Bigr)`,
    note: "The preprint’s third version; its last coefficient is a misprint, which the final version mends to 1/m.",
  },
  corrected: {
    tex: String.raw`\begin{gathered}\lVert\nabla_{y_j}\hat{L}\rVert^2 = \frac{\gamma^2}{\sigma_j^2+\varepsilon}\Bigl(\lVert\nabla_{y_j}L\rVert^2 - \frac{1}{m}\langle\mathbf{1},\nabla_{y_j}L\rangle^2 - \frac{2-q}{m}\langle\nabla_{y_j}L,\hat{y}_j\rangle^2\Bigr),\\ q=\frac{\sigma_j^2}{\sigma_j^2+\varepsilon}\end{gathered}`,
    note: "An equality. For ε = 0, as in the paper, q = 1 and the coefficient is the final version’s 1/m.",
  },
  method:
    "Random networks with BatchNorm after their first layer. The left side is the gradient by the chain rule, step by step through mean, variance, root and division; the right side is the formula. γ is spread within a factor of 2 around the chosen one, β within 1.",
  meaning:
    "The theorem compares BatchNorm’s gradient with the gradient behind BatchNorm, of the same network. It speaks about two different networks only where they are matched, γ = σ and β = μ, so that both compute the same. Networks as they are used are not matched, and there nothing forbids BatchNorm the larger gradient.",
  check({ inputs, spread, matched, given }) {
    const units = spread();
    const exact = identity("both sides of the equality", 1e-10, units, (unit) => gradientError(unit));
    const finalError = identity("the final version’s 1/m with this ε", Infinity, units, (unit) =>
      gradientError(unit, 1 / unit.m),
    );
    const first = inequality("the third version’s bound, with 1/√m", { proved: false }, units, (unit) => ({
      left: squaredNorm(unit.gHat),
      right: gradientBound(unit, unit.g, 1 / Math.sqrt(unit.m)),
    }));
    const shorter = ({ gHat, plain }: Unit) => ({ left: squaredNorm(gHat), right: squaredNorm(plain) });
    const same = inequality("matched networks: BatchNorm’s gradient is not the longer one", { proved: true }, matched(), shorter);
    const other = inequality(
      "unmatched: the bound, with the other network’s own gradient",
      { proved: false },
      given(),
      (unit) => ({
        left: squaredNorm(unit.gHat),
        right: gradientBound(unit, unit.plain, exactCoefficient(unit)),
      }),
    );
    const longer = inequality("unmatched: BatchNorm’s gradient is not the longer one", { proved: false }, given(), shorter);
    const shares = (part: (unit: Unit) => number) => median(units.map((unit) => part(unit) / squaredNorm(unit.g)));
    return {
      findings: [
        ...[exact, first.finding, same.finding, other.finding, longer.finding],
        measure(
          "median share of the first term that the mean takes",
          "share",
          shares(({ g, m }) => total(g) ** 2 / m),
        ),
        measure(
          "... and that the part along ŷ takes",
          "share",
          shares(({ g, yhat, m }) => dot(g, yhat) ** 2 / m),
        ),
        ...(inputs.epsilon > 0 ? [measure("error of the final version’s 1/m with this ε", "error", finalError.worst)] : []),
      ],
      rows: [first.row("Third version, 1/√m"), same.row("Matched networks"), other.row("Unmatched networks")],
      verdict: !holds(exact)
        ? `Does not hold here: the sides differ by up to ${tiny(exact.worst)}.`
        : `${first.finding.fails > 0 ? "Holds once the misprint is mended" : "Holds"}, and as an equality: the sides agree to ${tiny(exact.worst)}. ` +
          (first.finding.fails > 0 ? `With 1/√m it fails in ${outOf(first.finding.fails, first.finding.cases)} units. ` : "") +
          (same.finding.fails > 0
            ? `Of matched units, ${outOf(same.finding.fails, same.finding.cases)} have the longer gradient with BatchNorm, which must not be. `
            : "Between matched networks BatchNorm never has the longer gradient. ") +
          `Between unmatched ones the bound fails in ${outOf(other.finding.fails, other.finding.cases)} units.`,
    };
  },
};
