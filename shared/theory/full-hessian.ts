import { normal } from "../math/random.ts";
import { holds, identity, measure, shareOf } from "./finding.ts";
import { type Statement, tiny } from "./statement.ts";
import type { Unit } from "./units.ts";
import { combination, dot, scaled, squaredNorm, total, type Vector } from "./vectors.ts";

/** v less its mean: C v with C = I - 11ᵀ/m. */
export function centred(v: Vector): Vector {
  const mean = total(v) / v.length;
  return v.map((x) => x - mean);
}

/** P v with P = I - 11ᵀ/m - yhat yhatᵀ/m; a projection for epsilon = 0. */
export const projected = (v: Vector, { yhat, m }: Unit): Vector => combination([1, centred(v)], [-dot(yhat, v) / m, yhat]);

/** The two terms of equations 41 and 42, applied to v: the later layers' curvature, and BatchNorm's own. `three`: the coefficient 3. */
export function hessianTerms(unit: Unit, v: Vector, three = 3): { curvature: Vector; own: Vector } {
  const { g, yhat, gamma, sigma, m } = unit;
  const along = dot(g, yhat);
  const onYhat = dot(yhat, v);
  const inner = combination([onYhat, centred(g)], [dot(centred(g), v) - (three / m) * along * onYhat, yhat], [along, centred(v)]);
  return {
    curvature: scaled(projected(unit.curvature(projected(v, unit)), unit), (gamma / sigma) ** 2),
    own: scaled(inner, -gamma / (m * sigma ** 2)),
  };
}

/** How far the formula's product with v is from the derivative of the gradient along v, as a share of the terms. */
export function hessianError(unit: Unit, v: Vector, three = 3): number {
  const { curvature, own } = hessianTerms(unit, v, three);
  const difference = combination([1, unit.curvatureHat(v)], [-1, curvature], [-1, own]);
  const size = Math.sqrt(squaredNorm(curvature)) + Math.sqrt(squaredNorm(own));
  return Math.sqrt(squaredNorm(difference)) / size;
}

export const fullHessian: Statement = {
  id: "full-hessian",
  name: "Equations 41–42",
  title: "All second derivatives of one unit",
  says: "The whole matrix of second derivatives with respect to a unit’s outputs: the later layers’ curvature with two directions taken out, and a term of BatchNorm’s own, of either sign, that exists even where the later layers are linear.",
  printed: {
    tex: String.raw`\begin{aligned}\frac{\partial^2\hat{L}}{\partial y_j\,\partial y_j} = \frac{\gamma^2}{\sigma^2}\,P H_{jj} P - \frac{\gamma}{m\sigma^2}\Bigl(&\tilde{g}\,\hat{y}^\top + \hat{y}\,\tilde{g}^\top - \tfrac{3}{m}\langle g,\hat{y}\rangle\,\hat{y}\hat{y}^\top\\ &+ \langle g,\hat{y}\rangle\bigl(I-\tfrac{1}{m}\mathbf{1}\mathbf{1}^\top\bigr)\Bigr)\end{aligned}`,
    note: String.raw`From the proof of Theorem 4.2, with $P = I - \tfrac{1}{m}\mathbf{1}\mathbf{1}^\top - \tfrac{1}{m}\hat{y}\hat{y}^\top$, $g = \nabla L$ at $z$, and $\tilde{g}$ = $g$ less its mean.`,
  },
  corrected: null,
  method:
    "The gradient is differentiated once more, along a random direction for each unit, by carrying every number’s derivative along (forward mode over back-propagation): exact to rounding. The formula is multiplied by the same direction.",
  meaning:
    "Theorem 4.2 is this matrix between two copies of the gradient. The first term is the smoothing of which the paper speaks. The second one smooths only where g·ŷ > 0. With σ² + ε in the place of σ² the formula is exact for every ε.",
  check({ inputs, spread }) {
    const units = spread().map((unit, index) => ({ unit, v: normal(inputs.seed, "theory/direction", index, unit.m) }));
    const exact = identity("the formula times a random direction", 1e-6, units, ({ unit, v }) => hessianError(unit, v));
    const positive = shareOf(units, ({ unit }) => dot(unit.g, unit.yhat) > 0);
    return {
      findings: [exact, measure("units in which g·ŷ > 0", "share", positive)],
      rows: [],
      verdict: holds(exact)
        ? `Holds: the formula agrees with differentiating twice to ${tiny(exact.worst)}.`
        : `Does not hold here: the two differ by up to ${tiny(exact.worst)} of the terms.`,
    };
  },
};
