import type { Target } from "../../graph/emit.ts";
import type { Model } from "../../graph/model.ts";
import { elements } from "../../graph/value.ts";
import type { Probes } from "../../protocol/probes.ts";
import { declare, type ProgramSpec } from "../network.ts";
import { isDecayed } from "../parameters.ts";
import { compileActivations } from "./activations.ts";
import { compileGradientAlong, compileGradientBetween, precedingLayers } from "./gradient-at.ts";
import { compileTheoremTerms, valuesPerUnit } from "./theorem-terms.ts";

/** The channel whose values are histogrammed; weights are random, so any fixed one is a random one. */
const CHANNEL = 0;

/** What the probes of a run need to know and to run, besides its training program. */
export interface ProbeModels {
  /** Loss and gradient away from where training stands; for the landscape, and for G of Definition 2.1. */
  readonly along?: Model;
  /** G' of Definition 2.1. */
  readonly between?: Model;
  readonly activations?: Model;
  readonly theorem?: Model;
  /** Lengths of the parameters, in the flat vector's order, and how many of the first are decayed. */
  readonly sizes: readonly number[];
  readonly decayed: number;
  /** For each layer of the probe `shift`: its weights' place among the parameters, and which parameters precede it (1) or not (0). */
  readonly shiftLayers: readonly { readonly layer: number; readonly weight: number; readonly preceding: Float32Array }[];
  readonly activationLayers: readonly number[];
  readonly bins: number;
  /** For each BatchNorm layer, how many values of the batch a unit normalizes over. */
  readonly valuesPerUnit: readonly number[];
}

/** Compiles what these probes run. @throws RangeError for a layer that the network does not have */
export function compileProbes(spec: ProgramSpec, probes: Probes, target: Target): ProbeModels {
  const { parameters, layers } = declare(spec);
  const { landscape, shift, activations, theorem } = probes;
  const isBatch = spec.normalization === "batch" || spec.normalization === "noisy-batch";
  const shiftLayers = (shift?.layers ?? []).map((layer) => {
    const name = layers[layer - 1];
    if (name === undefined) throw new RangeError(`probes.shift.layers: got ${layer}, want 1 to ${layers.length}`);
    const weight = parameters.findIndex((parameter) => parameter.name.startsWith(`${name}/`) && isDecayed(parameter));
    return { layer, weight, preceding: precedingLayers(spec, name) };
  });
  return {
    ...((landscape || shift) && { along: compileGradientAlong(spec, target) }),
    ...(shift && { between: compileGradientBetween(spec, target) }),
    ...(activations && { activations: compileActivations(spec, activations.layers, CHANNEL, target) }),
    ...(theorem && isBatch && { theorem: compileTheoremTerms(spec, target) }),
    sizes: parameters.map(({ shape }) => elements(shape)),
    decayed: parameters.filter(isDecayed).length,
    shiftLayers,
    activationLayers: activations?.layers ?? [],
    bins: activations?.bins ?? 0,
    valuesPerUnit: theorem && isBatch ? valuesPerUnit(spec) : [],
  };
}
