import { canonicalJson } from "../math/json.ts";
import { sha256Hex } from "../math/sha256.ts";
import { encodeModel } from "../onnx/model-proto.ts";
import { Emitter, type Target } from "./emit.ts";
import type { Model, TensorSpec } from "./model.ts";
import { lowered, type Stored } from "./op.ts";
import { coveringSlices, lowerSlices } from "./split.ts";
import { activations, stored } from "./storage.ts";
import { topological } from "./topological.ts";
import type { Value } from "./value.ts";

/**
 * Compiles values to one ONNX model of standard ops.
 *  1. order: every value the outputs depend on, inputs first
 *  2. group: all slices of one vector become a tree of Splits
 *  3. store: activations batch last, where the target is a processor
 *  4. lower: each op emits its ONNX nodes; equal nodes are emitted once
 *  5. name: outputs get their names
 *  6. encode: bytes, named by their SHA-256; the same values give the same bytes
 */
export function compile(name: string, outputs: Readonly<Record<string, Value>>, target: Target): Model {
  const order = topological(Object.values(outputs));
  // An emulated GPU's Split asks for each number in which part it lies: slices one by one are quicker there.
  const groups = target === "emulated" ? new Map<Value, Value[]>() : coveringSlices(order);

  const batchLast = target === "cpu" ? activations(order) : new Set<Value>();
  const known = new Map<Value, Stored>();
  const once = usedOnce(order, Object.values(outputs));
  const emit = new Emitter(target, { nameOf: (value) => known.get(value)!.logical, isUsedOnce: (value) => once.has(value) });
  const store = (value: Value, name: string) => known.set(value, stored(emit, value, name, batchLast.has(value)));
  for (const value of order) {
    const source = value.inputs[0];
    const group = source && groups.get(source);
    emit.at(value.path);
    if (group?.includes(value)) {
      if (!known.has(value)) for (const [part, name] of lowerSlices(emit, known.get(source!)!.logical, group)) store(part, name);
      continue;
    }
    const { op, attributes } = value;
    const inputs = value.inputs.map((input) => known.get(input)!);
    const own = batchLast.has(value) || (target === "cpu" && op.batchLast?.result === "parameter");
    const lower = () => {
      if (own) return op.batchLast!.lower(emit, inputs, value, attributes);
      const names = inputs.map(({ logical }) => logical);
      return lowered(emit, names, value);
    };
    store(value, lower());
  }

  emit.nameOutputs(new Map(Object.entries(outputs).map(([output, value]) => [output, known.get(value)!.logical])));

  const inputs = modelInputs(order);
  const outputSpecs = Object.entries(outputs).map(([output, value]) => spec(output, value));
  const bytes = encodeModel({ name, nodes: emit.nodes, initializers: emit.initializers, inputs, outputs: outputSpecs });
  return { bytes, sha256: sha256Hex(bytes), inputs, outputs: outputSpecs };
}

/** Values from which one other is made, and no output. */
function usedOnce(order: readonly Value[], outputs: readonly Value[]): ReadonlySet<Value> {
  const [once, more] = [new Set<Value>(), new Set<Value>(outputs)];
  for (const input of order.flatMap(({ inputs }) => inputs)) (once.has(input) ? more : once).add(input);
  return new Set([...once].filter((value) => !more.has(value)));
}

/** The inputs in order of use. A name may be asked for twice, if type and shape agree. */
function modelInputs(order: readonly Value[]): TensorSpec[] {
  const inputs = new Map<string, TensorSpec>();
  for (const value of order) {
    if (value.op.name !== "input") continue;
    const wanted = spec(value.attributes["name"] as string, value);
    const known = inputs.get(wanted.name);
    if (known && canonicalJson(known) !== canonicalJson(wanted)) {
      throw new Error(`input ${wanted.name}: got ${canonicalJson(wanted)}, want ${canonicalJson(known)} as before`);
    }
    inputs.set(wanted.name, wanted);
  }
  return [...inputs.values()];
}

const spec = (name: string, { dtype, shape }: Value): TensorSpec => ({ name, dtype, shape });
