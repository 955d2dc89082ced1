import { type Value, within } from "../../graph/value.ts";
import { activate } from "../block.ts";
import type { Build } from "../build.ts";
import { linear } from "../layers.ts";

export interface DeepLinearSpec {
  readonly family: "deep-linear";
  /** The paper: 25 square layers of 10 units. */
  readonly layers: number;
  readonly units: number;
}

/** The paper's deep linear network (appendix A.1): W_1 ... W_k x, no biases; normalized after each layer but the last. */
export function deepLinear(spec: DeepLinearSpec, build: Build, inputs: Value): Value {
  let x = inputs;
  for (let layer = 1; layer < spec.layers; layer++) {
    x = within(`layer${layer}`, () =>
      activate(build, linear(build, "linear", x, spec.units, { bias: false }), { activation: "linear" }),
    );
  }
  return linear(build, `layer${spec.layers}`, x, spec.units, { bias: false, last: true });
}
