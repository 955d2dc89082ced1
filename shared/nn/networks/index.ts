import type { Value } from "../../graph/value.ts";
import type { Build } from "../build.ts";
import { deepLinear, type DeepLinearSpec } from "./deep-linear.ts";
import { mlp, type MlpSpec } from "./mlp.ts";
import { resnet, type ResnetSpec } from "./resnet.ts";
import { vgg, type VggSpec } from "./vgg.ts";

/** Every network of the study. */
export type NetworkSpec = VggSpec | MlpSpec | DeepLinearSpec | ResnetSpec;

/** Inputs to outputs: images to logits, or for the deep linear network vectors to vectors. */
export function forward(spec: NetworkSpec, build: Build, inputs: Value): Value {
  switch (spec.family) {
    case "vgg":
      return vgg(spec, build, inputs);
    case "mlp":
      return mlp(spec, build, inputs);
    case "deep-linear":
      return deepLinear(spec, build, inputs);
    case "resnet":
      return resnet(spec, build, inputs);
  }
}
