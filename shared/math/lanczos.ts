import { normal } from "./random.ts";

/**
 * Eigenvalues of a symmetric matrix that is known only by its products, by Lanczos's method with full reorthogonalisation: after
 * `iterations` products the extreme ones have converged first.
 * @returns the Ritz values, ascending
 */
export async function lanczos(
  multiply: (v: Float64Array) => Promise<Float64Array>,
  dimension: number,
  iterations: number,
  seed: number,
): Promise<Float64Array> {
  const basis: Float64Array[] = [];
  const diagonal: number[] = [];
  const beside: number[] = [];
  let v = normalized(Float64Array.from(normal(seed, "lanczos", 0, dimension)));
  for (let k = 0; k < Math.min(iterations, dimension); k++) {
    basis.push(v);
    const w = await multiply(v);
    diagonal.push(dot(v, w));
    // Twice is enough: rounding that one pass leaves, the second removes.
    for (let pass = 0; pass < 2; pass++) for (const b of basis) subtractMultiple(w, b, dot(w, b));
    const length = Math.sqrt(dot(w, w));
    if (length < 1e-12 * Math.max(1, ...diagonal.map(Math.abs))) break;
    beside.push(length);
    v = normalized(w);
  }
  return tridiagonalEigenvalues(diagonal, beside.slice(0, diagonal.length - 1));
}

/** Eigenvalues of a symmetric tridiagonal matrix, ascending, each by bisection on Sturm's count. */
export function tridiagonalEigenvalues(diagonal: readonly number[], beside: readonly number[]): Float64Array {
  const reach = diagonal.map((_, i) => Math.abs(beside[i - 1] ?? 0) + Math.abs(beside[i] ?? 0));
  const low = Math.min(...diagonal.map((d, i) => d - reach[i]!));
  const high = Math.max(...diagonal.map((d, i) => d + reach[i]!));
  return Float64Array.from(diagonal, (_, k) => {
    let [a, b] = [low, high];
    for (let i = 0; i < 100 && b - a > 1e-14 * Math.max(Math.abs(a), Math.abs(b)); i++) {
      const middle = (a + b) / 2;
      if (countBelow(diagonal, beside, middle) > k) b = middle;
      else a = middle;
    }
    return (a + b) / 2;
  });
}

/** How many eigenvalues lie below x: the negative pivots of T - x I. */
function countBelow(diagonal: readonly number[], beside: readonly number[], x: number): number {
  let count = 0;
  let pivot = 1;
  for (const [i, d] of diagonal.entries()) {
    pivot = d - x - (i === 0 ? 0 : beside[i - 1]! ** 2 / pivot);
    if (pivot === 0) pivot = Number.MIN_VALUE;
    if (pivot < 0) count++;
  }
  return count;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

function subtractMultiple(from: Float64Array, v: Float64Array, factor: number): void {
  for (let i = 0; i < from.length; i++) from[i] = from[i]! - factor * v[i]!;
}

const normalized = (v: Float64Array): Float64Array => {
  const length = Math.sqrt(dot(v, v));
  return v.map((x) => x / length);
};
