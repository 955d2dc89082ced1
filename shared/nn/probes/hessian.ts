import { lanczos } from "../../math/lanczos.ts";

/** The gradient of a run's loss at w + step v, for any v of unit root mean square. */
export type GradientAt = (v: Float64Array, step: number) => Promise<ArrayLike<number>>;

/** Where rounding and curvature of the third order cost least for float32 gradients of a direction of unit root mean square. */
export const FLOAT32_STEP = 1e-2;

/**
 * Hessian-vector product by central difference of gradients, H v = (g(w + e v) - g(w - e v)) / 2e: two passes of training's cost.
 * @param v any direction  @param step e for a direction of unit root mean square
 */
export async function hessianVector(gradientAt: GradientAt, v: Float64Array, step = FLOAT32_STEP): Promise<Float64Array> {
  const size = Math.sqrt(v.reduce((sum, x) => sum + x * x, 0) / v.length);
  if (size === 0) return new Float64Array(v.length);
  const unit = v.map((x) => x / size);
  const [forward, backward] = [await gradientAt(unit, step), await gradientAt(unit, -step)];
  return v.map((_, i) => (size * (forward[i]! - backward[i]!)) / (2 * step));
}

/** The largest eigenvalue of the Hessian (its sharpness), by Lanczos's method on such products. */
export async function topEigenvalue(
  gradientAt: GradientAt,
  parameters: number,
  { iterations = 20, seed = 0, step = FLOAT32_STEP } = {},
): Promise<number> {
  const eigenvalues = await lanczos((v) => hessianVector(gradientAt, v, step), parameters, iterations, seed);
  return eigenvalues.at(-1)!;
}
