/** Vectors and matrices as plain arrays of doubles; a matrix is row-major. */
export type Vector = Float64Array;

export function dot(a: Vector, b: Vector): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

export const squaredNorm = (a: Vector): number => dot(a, a);

/** <1, a> */
export function total(a: Vector): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]!;
  return sum;
}

export const scaled = (a: Vector, factor: number): Vector => combination([factor, a]);

/** The sum of factor times vector over all the terms. */
export function combination(...terms: readonly (readonly [factor: number, vector: Vector])[]): Vector {
  const sum = new Float64Array(terms[0]![1].length);
  for (const [factor, vector] of terms) for (let i = 0; i < sum.length; i++) sum[i] = sum[i]! + factor * vector[i]!;
  return sum;
}

/** X v for X of v.length columns. */
export function product(x: Float64Array, v: Vector): Vector {
  const columns = v.length;
  const result = new Float64Array(x.length / columns);
  for (let row = 0; row < result.length; row++) {
    let sum = 0;
    for (let k = 0; k < columns; k++) sum += x[row * columns + k]! * v[k]!;
    result[row] = sum;
  }
  return result;
}

/** Xᵀ v for X of v.length rows. */
export function transposedProduct(x: Float64Array, v: Vector): Vector {
  const columns = x.length / v.length;
  const result = new Float64Array(columns);
  for (let row = 0; row < v.length; row++)
    for (let k = 0; k < columns; k++) result[k] = result[k]! + x[row * columns + k]! * v[row]!;
  return result;
}

/** The largest singular value of X with `columns` columns: power iteration on XᵀX, 2^30 products by squaring it 30 times. */
export function spectralNorm(x: Float64Array, columns: number): number {
  const gram = new Float64Array(columns * columns);
  for (let row = 0; row < x.length; row += columns)
    for (let i = 0; i < columns; i++)
      for (let k = 0; k < columns; k++) gram[i * columns + k] = gram[i * columns + k]! + x[row + i]! * x[row + k]!;
  let power: Vector = gram;
  for (let i = 0; i < 30; i++) power = squared(power, columns);
  // Every column of the power is along the greatest eigenvector; the longest is the safest.
  const column = Array.from({ length: columns }, (_, k) => power.filter((_x, i) => i % columns === k)).reduce((longest, one) =>
    squaredNorm(one) > squaredNorm(longest) ? one : longest,
  );
  return Math.sqrt(dot(column, product(gram, column)) / squaredNorm(column));
}

/** The square of a symmetric matrix, scaled to a largest entry of 1 on its diagonal. */
function squared(matrix: Float64Array, size: number): Float64Array {
  const result = new Float64Array(size * size);
  let largest = 0;
  for (let i = 0; i < size; i++) {
    for (let k = 0; k < size; k++) {
      let sum = 0;
      for (let l = 0; l < size; l++) sum += matrix[i * size + l]! * matrix[l * size + k]!;
      result[i * size + k] = sum;
      if (i === k) largest = Math.max(largest, sum);
    }
  }
  return scaled(result, 1 / largest);
}
