import { add } from "./ops/add.ts";
import { constant } from "./ops/constant.ts";
import { topological } from "./topological.ts";
import { type Value, within } from "./value.ts";

/**
 * Reverse-mode derivative: the gradient of a scalar with respect to each of `wrt` (any values on the way to it), as values.
 * A value that the scalar does not depend on gets zeros.
 * @throws Error naming the op, where the way leads through one that has no derivative
 */
export function gradient(scalar: Value, wrt: readonly Value[]): Value[] {
  const order = topological([scalar]);
  const reaches = dependents(order, wrt);
  const cotangents = new Map<Value, Value>([[scalar, constant(1, scalar.dtype, scalar.shape)]]);
  for (const value of order.toReversed()) {
    const cotangent = cotangents.get(value);
    if (cotangent === undefined || !value.inputs.some((input) => reaches.has(input))) continue;
    const { vjp } = value.op;
    if (typeof vjp !== "function") throw new Error(`${value.path}: ${value.op.name}: no derivative: ${vjp.none}`);
    const parts = within(`${value.path === "" ? "" : `${value.path}/`}grad`, () => vjp(cotangent, value, value.attributes));
    for (const [i, input] of value.inputs.entries()) {
      const part = parts[i];
      if (part === null || part === undefined || !reaches.has(input)) continue;
      const sum = cotangents.get(input);
      cotangents.set(input, sum === undefined ? part : within(`${input.path}/grad`, () => add(sum, part)));
    }
  }
  return wrt.map((value) => cotangents.get(value) ?? constant(0, value.dtype, value.shape));
}

/** The values that depend on one of `wrt`, those included. */
function dependents(order: readonly Value[], wrt: readonly Value[]): Set<Value> {
  const reaches = new Set(wrt);
  for (const value of order) if (value.inputs.some((input) => reaches.has(input))) reaches.add(value);
  return reaches;
}
