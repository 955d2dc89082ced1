import { input } from "../graph/ops/input.ts";
import { reshape } from "../graph/ops/reshape.ts";
import { slice } from "../graph/ops/slice.ts";
import { currentPath, elements, type Value } from "../graph/value.ts";
import type { DType } from "../graph/model.ts";

/** What a parameter is for; initial value and weight decay follow from it. */
export type Role = "weight" | "bias" | "gamma" | "beta";

/** A named parameter: its place in the flat vector follows from the list it stands in. */
export interface Parameter {
  readonly name: string;
  readonly role: Role;
  readonly shape: readonly number[];
}

/** Where layers get their parameters from. */
export interface Parameters {
  /** The parameter of the layer in hand (its path + role) with this shape. */
  get(role: Role, shape: readonly number[]): Value;
}

/** Runs a network's build once to learn which parameters it asks for. Decayed ones (weights) come first, so that they are one slice. */
export function declaredParameters(dtype: DType, build: (parameters: Parameters) => unknown): Parameter[] {
  const declared: Parameter[] = [];
  build({
    get(role, shape) {
      const name = `${currentPath()}/${role}`;
      declared.push({ name, role, shape });
      return input(name, dtype, shape);
    },
  });
  return [...declared.filter(isDecayed), ...declared.filter((parameter) => !isDecayed(parameter))];
}

/** Weight decay is for weights only; not for biases, gamma and beta. */
export const isDecayed = ({ role }: Parameter): boolean => role === "weight";

/** "conv3/norm/gamma" and "conv3/linear/weight" belong to layer "conv3"; "stage1/block2/conv1/linear/bias" to "stage1/block2/conv1". */
export const layerOf = (parameter: string): string => parameter.replace(/(\/(linear|norm))*\/[a-z]+$/, "");

/** Number of elements of all parameters. */
export const parameterCount = (parameters: readonly Parameter[]): number =>
  parameters.reduce((sum, { shape }) => sum + elements(shape), 0);

/** A flat vector of parameters, cut up. */
export interface SlicedParameters extends Parameters {
  /** The decayed part, one slice of the vector, and how many parameters it holds. */
  readonly decayed: { readonly vector: Value; readonly count: number };
  /** Every parameter, in the vector's order. */
  readonly flat: readonly Value[];
}

/** The parameters as slices of one flat vector: of its decayed part and of the rest, so that each covers what it is cut from. */
export function slicedParameters(list: readonly Parameter[], vector: Value): SlicedParameters {
  const count = list.filter(isDecayed).length;
  const [first, second] = [list.slice(0, count), list.slice(count)];
  const boundary = parameterCount(first);
  const decayed = slice(vector, 0, boundary);
  const rest = slice(vector, boundary, boundary + parameterCount(second));
  const flat = [...cut(first, decayed), ...cut(second, rest)];
  const byName = new Map(list.map(({ name }, i) => [name, flat[i]!]));
  return {
    decayed: { vector: decayed, count },
    flat,
    get(role, shape) {
      const name = `${currentPath()}/${role}`;
      const part = byName.get(name);
      if (part === undefined) throw new Error(`${name}: got no such parameter, want one of the declared`);
      return reshape(part, shape);
    },
  };
}

/** The pieces of a flat vector, one for each parameter. */
export function cut(list: readonly Parameter[], vector: Value): Value[] {
  let from = 0;
  return list.map(({ shape }) => slice(vector, from, (from += elements(shape))));
}
