import { topological } from "./topological.ts";
import type { Value } from "./value.ts";

/**
 * Computes values in float64 by each op's own definition: slow, and right. The truth that ONNX Runtime is tested against.
 * @param feeds numbers of each input, by its name
 */
export function evaluateReference(outputs: readonly Value[], feeds: Readonly<Record<string, Float64Array>>): Float64Array[] {
  const known = new Map<Value, Float64Array>();
  for (const value of topological(outputs)) {
    const inputs = value.inputs.map((input) => known.get(input)!);
    known.set(
      value,
      value.op.name === "input" ? feed(value, feeds) : value.op.reference(inputs, value.inputs, value.attributes, value),
    );
  }
  return outputs.map((output) => known.get(output)!);
}

function feed(value: Value, feeds: Readonly<Record<string, Float64Array>>): Float64Array {
  const name = value.attributes["name"] as string;
  const numbers = feeds[name];
  if (numbers === undefined) throw new Error(`input ${name}: got nothing, want numbers`);
  return numbers;
}
