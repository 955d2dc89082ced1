/**
 * Numbers, and how fast each changes along one direction: forward-mode differentiation. A gradient that is written in these ops gives a
 * Hessian-vector product as its slope (Pearlmutter, "Fast exact multiplication by the Hessian", 1994), exact to rounding.
 */
export interface Dual {
  readonly value: Float64Array;
  /** The derivative of `value` along the direction; the same length. */
  readonly slope: Float64Array;
}

/** Numbers that do not change along the direction. */
export const still = (value: Float64Array): Dual => ({ value, slope: new Float64Array(value.length) });
export const scalar = (value: number): Dual => still(Float64Array.of(value));

// The four below take two of one length, or one of length 1. Each has a loop of its own: a shared one that calls the operation back is
// three times slower, and a page waits for this.

export function add(a: Dual, b: Dual): Dual {
  const { value, slope, stepA, stepB } = room(a, b);
  for (let i = 0; i < value.length; i++) {
    value[i] = a.value[i * stepA]! + b.value[i * stepB]!;
    slope[i] = a.slope[i * stepA]! + b.slope[i * stepB]!;
  }
  return { value, slope };
}

export function subtract(a: Dual, b: Dual): Dual {
  const { value, slope, stepA, stepB } = room(a, b);
  for (let i = 0; i < value.length; i++) {
    value[i] = a.value[i * stepA]! - b.value[i * stepB]!;
    slope[i] = a.slope[i * stepA]! - b.slope[i * stepB]!;
  }
  return { value, slope };
}

export function multiply(a: Dual, b: Dual): Dual {
  const { value, slope, stepA, stepB } = room(a, b);
  for (let i = 0; i < value.length; i++) {
    const x = a.value[i * stepA]!;
    const y = b.value[i * stepB]!;
    value[i] = x * y;
    slope[i] = a.slope[i * stepA]! * y + x * b.slope[i * stepB]!;
  }
  return { value, slope };
}

export function divide(a: Dual, b: Dual): Dual {
  const { value, slope, stepA, stepB } = room(a, b);
  for (let i = 0; i < value.length; i++) {
    const quotient = a.value[i * stepA]! / b.value[i * stepB]!;
    value[i] = quotient;
    slope[i] = (a.slope[i * stepA]! - quotient * b.slope[i * stepB]!) / b.value[i * stepB]!;
  }
  return { value, slope };
}

/** Room for a result of two numbers' length, and the step with which each of them is read. */
function room(a: Dual, b: Dual): Dual & { readonly stepA: number; readonly stepB: number } {
  const [lengthA, lengthB] = [a.value.length, b.value.length];
  const length = Math.max(lengthA, lengthB);
  return {
    value: new Float64Array(length),
    slope: new Float64Array(length),
    stepA: lengthA === 1 ? 0 : 1,
    stepB: lengthB === 1 ? 0 : 1,
  };
}

export function sqrt(x: Dual): Dual {
  const value = x.value.map((number) => Math.sqrt(number));
  return { value, slope: x.slope.map((slope, i) => slope / (2 * value[i]!)) };
}

export function tanh(x: Dual): Dual {
  const value = new Float64Array(x.value.length);
  const slope = new Float64Array(x.value.length);
  for (let i = 0; i < value.length; i++) {
    const t = Math.tanh(x.value[i]!);
    value[i] = t;
    slope[i] = x.slope[i]! * (1 - t * t);
  }
  return { value, slope };
}

/** The cotangent before tanh, given the one after it and tanh's value t: c (1 - t²). */
export function beforeTanh(cotangent: Dual, t: Dual): Dual {
  const value = new Float64Array(t.value.length);
  const slope = new Float64Array(t.value.length);
  for (let i = 0; i < value.length; i++) {
    const steepness = 1 - t.value[i]! * t.value[i]!;
    value[i] = cotangent.value[i]! * steepness;
    slope[i] = cotangent.slope[i]! * steepness - 2 * cotangent.value[i]! * t.value[i]! * t.slope[i]!;
  }
  return { value, slope };
}

/** The sum of all elements, of length 1. */
export const sum = (x: Dual): Dual => ({ value: Float64Array.of(total(x.value)), slope: Float64Array.of(total(x.slope)) });

/** X M for a square constant matrix M of `size` columns, or X Mᵀ; all row-major. */
export function times(x: Dual, matrix: Float64Array, size: number, { transposed = false } = {}): Dual {
  const [stepI, stepK] = transposed ? [1, size] : [size, 1];
  const value = new Float64Array(x.value.length);
  const slope = new Float64Array(x.value.length);
  for (let row = 0; row < value.length; row += size) {
    for (let k = 0; k < size; k++) {
      let sumOfValues = 0;
      let sumOfSlopes = 0;
      for (let i = 0; i < size; i++) {
        const factor = matrix[i * stepI + k * stepK]!;
        sumOfValues += factor * x.value[row + i]!;
        sumOfSlopes += factor * x.slope[row + i]!;
      }
      value[row + k] = sumOfValues;
      slope[row + k] = sumOfSlopes;
    }
  }
  return { value, slope };
}

/** Column `k` of a row-major matrix of `columns` columns. */
export const column = ({ value, slope }: Dual, columns: number, k: number): Dual => ({
  value: columnOf(value, columns, k),
  slope: columnOf(slope, columns, k),
});

/** The matrix with these columns. */
export function beside(columns: readonly Dual[]): Dual {
  const n = columns.length;
  const matrix = still(new Float64Array(n * columns[0]!.value.length));
  for (const [k, { value, slope }] of columns.entries()) {
    for (let row = 0; row < value.length; row++) {
      matrix.value[row * n + k] = value[row]!;
      matrix.slope[row * n + k] = slope[row]!;
    }
  }
  return matrix;
}

function columnOf(matrix: Float64Array, columns: number, k: number): Float64Array {
  const result = new Float64Array(matrix.length / columns);
  for (let row = 0; row < result.length; row++) result[row] = matrix[row * columns + k]!;
  return result;
}

function total(numbers: Float64Array): number {
  let result = 0;
  for (let i = 0; i < numbers.length; i++) result += numbers[i]!;
  return result;
}
