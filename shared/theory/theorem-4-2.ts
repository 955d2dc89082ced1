import { apart, holds, identity, inequality, measure, shareOf } from "./finding.ts";
import { hessianTerms } from "./full-hessian.ts";
import { outOf, type Statement, tiny } from "./statement.ts";
import type { Unit } from "./units.ts";
import { dot, squaredNorm } from "./vectors.ts";

/** The two terms of the theorem's first part. */
export function curvatureTerms(unit: Unit): { curvature: number; own: number } {
  const { gamma, sigma, m, g, gHat, yhat } = unit;
  return {
    curvature: (gamma / sigma) ** 2 * dot(gHat, unit.curvature(gHat)),
    own: -(gamma / (m * sigma ** 2)) * dot(g, yhat) * squaredNorm(gHat),
  };
}

/** The same, exact for every epsilon: the full Hessian between two copies of the gradient. */
function exactTerms(unit: Unit): { curvature: number; own: number } {
  const { curvature, own } = hessianTerms(unit, unit.gHat);
  return { curvature: dot(unit.gHat, curvature), own: dot(unit.gHat, own) };
}

/** What the second part subtracts from gᵀHg: the separation kappa of Theorem C.1. */
export const separation = ({ gamma, m, g, gHat, yhat }: Unit): number => (dot(g, yhat) * squaredNorm(gHat)) / (m * gamma);

export const theorem42: Statement = {
  id: "theorem-4-2",
  name: "Theorem 4.2",
  title: "Curvature along the gradient",
  says: "How fast the gradient changes along itself: with BatchNorm it is the later layers’ curvature, times γ²/σ², less a term that has the sign of g·ŷ. A second inequality puts the gradient behind BatchNorm in the place of BatchNorm’s own.",
  printed: {
    tex: String.raw`\begin{aligned}v^\top\frac{\partial^2\hat{L}}{\partial y_j\,\partial y_j}\,v &\le \frac{\gamma^2}{\sigma^2}\,v^\top H_{jj}\,v - \frac{\gamma}{m\sigma^2}\langle\hat{g}_j,\hat{y}_j\rangle\lVert v\rVert^2\\ &\le \frac{\gamma^2}{\sigma^2}\Bigl(\hat{g}_j^\top H_{jj}\,\hat{g}_j - \frac{1}{m\gamma}\langle\hat{g}_j,\hat{y}_j\rangle\lVert v\rVert^2\Bigr),\qquad v=\nabla_{y_j}\hat{L},\;\hat{g}_j=\nabla_{y_j}L\end{aligned}`,
    note: "v is BatchNorm’s gradient, ĝ the one behind BatchNorm. The second line only if H “preserves the relative norms” of the two gradients.",
  },
  corrected: {
    tex: String.raw`v^\top\frac{\partial^2\hat{L}}{\partial y_j\,\partial y_j}\,v = \frac{\gamma^2}{\sigma^2}\,v^\top H_{jj}\,v - \frac{\gamma}{m\sigma^2}\langle\hat{g}_j,\hat{y}_j\rangle\lVert v\rVert^2`,
    note: "The first line is an equality (for ε = 0). The second holds exactly where BatchNorm’s gradient meets no more curvature than the one behind it.",
  },
  method:
    "The same units; second derivatives by forward mode over back-propagation. With ε > 0 the full matrix of equations 41–42 takes the place of the first line, which is exact only for ε = 0.",
  meaning:
    "The second line, the one that would compare networks, stands on an assumption that random networks often break. And the subtracted term helps only where ĝ·ŷ > 0, which is a matter of fact, to be measured during training.",
  check({ inputs, spread }) {
    const units = spread().map((unit) => ({ unit, left: dot(unit.gHat, unit.curvatureHat(unit.gHat)) }));
    const isPaper = inputs.epsilon === 0;
    const error = ({ unit, left }: (typeof units)[number], terms: (unit: Unit) => { curvature: number; own: number }) => {
      const { curvature, own } = terms(unit);
      return apart(left, curvature + own, Math.abs(curvature) + Math.abs(own));
    };
    const exact = identity(isPaper ? "the first line, as an equality" : "the full matrix, with this ε", 1e-6, units, (one) =>
      error(one, isPaper ? curvatureTerms : exactTerms),
    );
    const behind = units.map(({ unit, left }) => ({ unit, left, curvature: dot(unit.g, unit.curvature(unit.g)) }));
    const second = inequality("the second line, without its assumption", { proved: false }, behind, (one) => ({
      left: one.left,
      right: (one.unit.gamma / one.unit.sigma) ** 2 * (one.curvature - separation(one.unit)),
    }));
    const steady = behind.filter(({ unit }) => squaredNorm(unit.gHat) <= squaredNorm(unit.g));
    const shorter = inequality("... where BatchNorm’s gradient is the shorter one", { proved: false }, steady, (one) => ({
      left: one.left,
      right: (one.unit.gamma / one.unit.sigma) ** 2 * (one.curvature - separation(one.unit)),
    }));
    const negative = shareOf(units, ({ unit }) => dot(unit.g, unit.yhat) < 0);
    return {
      findings: [
        ...[exact, second.finding, shorter.finding],
        measure("units in which ĝ·ŷ < 0: the subtracted term adds", "share", negative),
        measure(
          "units in which ĝ·Hĝ < 0: H is not positive",
          "share",
          shareOf(behind, ({ curvature }) => curvature < 0),
        ),
        ...(isPaper
          ? []
          : [
              measure(
                "error of the first line with this ε",
                "error",
                identity("", Infinity, units, (one) => error(one, curvatureTerms)).worst,
              ),
            ]),
      ],
      rows: [second.row("Second line, all units"), shorter.row("... BatchNorm’s gradient shorter")],
      verdict: holds(exact)
        ? `The first line holds, as an equality, to ${tiny(exact.worst)}${isPaper ? "" : " (in its form for ε > 0)"}. ` +
          (second.finding.fails > 0
            ? `The second, without its assumption, fails in ${outOf(second.finding.fails, second.finding.cases)} units.`
            : "The second did not fail in these units.")
        : `The first line does not hold here: its sides differ by up to ${tiny(exact.worst)} of the terms.`,
    };
  },
};
