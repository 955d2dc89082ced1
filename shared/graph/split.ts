import type { Emitter } from "./emit.ts";
import type { Value } from "./value.ts";

/** WebGPU gives a shader about 10 storage buffers, so a Split has at most this many outputs. */
const MOST_OUTPUTS = 8;

/**
 * Lowers all slices of one vector as a tree of Splits: a handful of nodes instead of one for each parameter.
 * @param slices in ascending order, covering the vector without gap or overlap  @returns the name of each slice
 */
export function lowerSlices(emit: Emitter, vector: string, slices: readonly Value[]): Map<Value, string> {
  const names = new Map<Value, string>();
  const divide = (name: string, parts: readonly Value[]): void => {
    if (parts.length === 1) {
      names.set(parts[0]!, name);
      return;
    }
    const perGroup = Math.max(1, MOST_OUTPUTS ** Math.ceil(Math.log(parts.length) / Math.log(MOST_OUTPUTS) - 1));
    const groups = Array.from({ length: Math.ceil(parts.length / perGroup) }, (_, i) =>
      parts.slice(i * perGroup, (i + 1) * perGroup),
    );
    const lengths = groups.map((group) => group.reduce((sum, { shape }) => sum + shape[0]!, 0));
    const outputs = emit.nodeWithOutputs("Split", [name, emit.ints(lengths)], groups.length, { axis: 0 });
    for (const [i, group] of groups.entries()) divide(outputs[i]!, group);
  };
  divide(vector, slices);
  return names;
}

/** The slices of each vector, where they cover it exactly. */
export function coveringSlices(values: readonly Value[]): Map<Value, Value[]> {
  const bySource = Map.groupBy(
    values.filter(({ op }) => op.name === "slice"),
    ({ inputs }) => inputs[0]!,
  );
  for (const [source, slices] of bySource) {
    slices.sort((a, b) => bound(a, "from") - bound(b, "from"));
    const covers = slices.every((part, i) => bound(part, "from") === (i === 0 ? 0 : bound(slices[i - 1]!, "to")));
    if (slices.length < 2 || !covers || bound(slices.at(-1)!, "to") !== source.shape[0]) bySource.delete(source);
  }
  return bySource;
}

const bound = (slice: Value, name: "from" | "to") => slice.attributes[name] as number;
