import type { Emitter } from "./emit.ts";
import { standardized, timesChannelFactor } from "./emulated-channels.ts";
import { elements, showShape, type Value } from "./value.ts";

/*
 * Products and sums for a GPU that is emulated on the processor (emulated.ts). There a kernel over few numbers costs as much as one over thousands, and an Einsum
 * takes any number of factors while it adds: a product that is needed in one place becomes part of what is computed there.
 */

/** A browser's GPU may bind eight buffers to a kernel; one is the output's. */
const MOST_FACTORS = 7;

/** An Einsum of more numbers than that would keep ONNX Runtime from taking out the conversions of activations around it. */
const FEW_NUMBERS = 2048;

/** From so many numbers on, rows are summed first: sums of sums round less than one long sum. */
const LONG_SUM = 1024;

const hasShape = (shape: readonly number[]) => (value: Value) => showShape(value.shape) === showShape(shape);
const isScalar = ({ shape }: Value) => shape.length === 0;

/** What is multiplied to make a value: all of its shape, or scalars. Products within are taken apart where nothing else needs them. */
function factorsOf(emit: Emitter, value: Value): readonly Value[] {
  const isPlain =
    value.op.name === "multiply" && value.inputs.every((factor) => isScalar(factor) || hasShape(value.shape)(factor));
  if (!isPlain) return [value];
  return value.inputs.flatMap((factor) => (emit.isUsedOnce(factor) ? factorsOf(emit, factor) : [factor]));
}

/** The product of two values: part of the sum that one of them is, or of a product of several, or a choice by a mask; null where it is none of these. */
export function product(emit: Emitter, [a]: readonly string[], output: Value): string | null {
  const [first, mask] = output.inputs as [Value, Value];
  const whole = timesChannelFactor(emit, first, mask);
  if (whole !== null) return whole;
  if (mask.op.name === "is-positive" && output.inputs.every(hasShape(output.shape))) {
    const zero = emit.numbers(output.dtype as "float32" | "float64", [], [0]);
    return emit.node("Where", [emit.node("Greater", [emit.nameOf(mask.inputs[0]!), zero]), a!, zero]);
  }
  const factors = factorsOf(emit, output);
  const sum = factors.find(
    (factor) => factor.op.name === "reduce-sum" && emit.isUsedOnce(factor) && hasShape(output.shape)(factor),
  );
  if (sum && factors.length <= MOST_FACTORS)
    return sumOfProducts(
      emit,
      sum,
      factors.filter((factor) => factor !== sum),
    );
  if (factors.length <= 2 || factors.length > MOST_FACTORS || elements(output.shape) > FEW_NUMBERS) return null;
  const letters = lettersOf(output.shape).join("");
  const terms = factors.map((factor) => (isScalar(factor) ? "" : letters));
  return emit.node("Einsum", factors.map(emit.nameOf), { equation: `${terms.join()}->${letters}` });
}

/** A `reduce-sum`, times others that are scalars or of its shape. */
export function sumOfProducts(emit: Emitter, sum: Value, others: readonly Value[] = []): string {
  const [x] = sum.inputs as [Value];
  const factors = emit.isUsedOnce(x) ? factorsOf(emit, x) : [x];
  const ofItsShape = factors.filter(hasShape(x.shape));
  const isTakenApart = ofItsShape.length > 0 && factors.length + others.length <= MOST_FACTORS;
  const [summed, times] = isTakenApart ? [ofItsShape, factors.filter((factor) => !ofItsShape.includes(factor))] : [[x], []];
  const names = summed.map(emit.nameOf);
  const after = [...times, ...others].filter((factor) => {
    // A deviation takes three kernels to divide by; what is summed takes one to be divided.
    const divided = standardized(emit, summed.at(-1)!, factor);
    if (divided !== null) names.splice(-1, 1, divided);
    return divided === null;
  });
  const last = after.map((factor) => ({ name: emit.nameOf(factor), isScalar: isScalar(factor) }));
  return einsumOver(emit, names, x.shape, sum.attributes["axes"] as readonly number[], last);
}

/**
 * Sum over `axes`, which stay with length 1, of the product of `factors`, all of one shape.
 * @param times what the sum is multiplied by: scalars, or of its shape
 */
export function einsumOver(
  emit: Emitter,
  factors: readonly string[],
  shape: readonly number[],
  axes: readonly number[],
  times: readonly { readonly name: string; readonly isScalar: boolean }[] = [],
): string {
  const letters = lettersOf(shape);
  const without = (axes: readonly number[]) => letters.filter((_, axis) => !axes.includes(axis)).join("");
  // ONNX Runtime keeps a GPU's activations channels last, and takes a conversion to that out together with its own; an Einsum stops it otherwise.
  const isOfChannels = shape.length === 4 && axes.includes(0) && !axes.includes(1);
  const sources = isOfChannels ? factors.map((x) => emit.node("Transpose", [x], { perm: [0, 2, 3, 1] })) : factors;
  const order = isOfChannels ? "acdb" : letters.join("");

  const kept = without(axes);
  const keptShape = shape.filter((_, axis) => !axes.includes(axis));
  const last = times.map(({ name, isScalar }) => (isScalar ? name : emit.reshape(name, keptShape)));
  const total = (from: readonly string[], order: string) => {
    const terms = [...from.map(() => order), ...times.map(({ isScalar }) => (isScalar ? "" : kept))];
    return emit.node("Einsum", [...from, ...last], { equation: `${terms.join()}->${kept}` });
  };

  const summed = axes.reduce((product, axis) => product * shape[axis]!, 1);
  const row = without([Math.max(...axes)]);
  const isLong = summed >= LONG_SUM && axes.length > 1;
  const rows = () => emit.node("Einsum", sources, { equation: `${sources.map(() => order).join()}->${row}` });
  const result = isLong ? total([rows()], row) : total(sources, order);
  return emit.reshape(
    result,
    shape.map((length, axis) => (axes.includes(axis) ? 1 : length)),
  );
}

const lettersOf = (shape: readonly number[]): string[] => shape.map((_, axis) => String.fromCharCode(97 + axis));
