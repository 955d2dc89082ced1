import type { Emitter } from "./emit.ts";
import { lowered } from "./op.ts";
import { elements, showShape, type Value } from "./value.ts";

/*
 * What normalization does channel by channel, on a GPU that is emulated on the processor (emulated.ts): a kernel each, where other targets take several. ONNX's
 * BatchNormalization with given statistics is gamma (x - mean) / sqrt(variance + epsilon) + beta in one pass. A Sub or a Mul would also need a Transpose of
 * each channel's number, because ONNX Runtime keeps a GPU's activations channels last.
 */

interface PerChannel {
  readonly gamma?: string;
  readonly beta?: string;
  readonly mean?: string;
  readonly variance?: string;
  readonly epsilon?: number;
}

/** All vectors are [channels]; what is not given changes nothing. */
function normalized(
  emit: Emitter,
  x: string,
  channels: number,
  { gamma, beta, mean, variance, epsilon = 0 }: PerChannel,
): string {
  const fill = (value: number) => emit.numbers("float32", [channels], new Array<number>(channels).fill(value));
  const inputs = [x, gamma ?? fill(1), beta ?? fill(0), mean ?? fill(0), variance ?? fill(1)];
  return emit.node("BatchNormalization", inputs, { epsilon: { float: epsilon } });
}

/** gamma / sqrt(variance + epsilon), taken apart. */
interface Slope {
  readonly gamma: Value;
  readonly variance: Value;
  readonly epsilon: number;
}

/** 1 / sqrt(variance + epsilon); null where a value is something else. */
function inverseDeviationOf({ op, inputs }: Value): Omit<Slope, "gamma"> | null {
  const [one, root] = inputs;
  const sum = root?.inputs[0];
  const [variance, offset] = sum?.inputs ?? [];
  const isInverse = op.name === "divide" && numberOf(one!) === 1 && root!.op.name === "sqrt" && sum!.op.name === "add";
  const epsilon = isInverse ? numberOf(offset!) : null;
  return epsilon === null ? null : { variance: variance!, epsilon };
}

function slopeOf(value: Value): Slope | null {
  const factor = withoutReshapes(value);
  if (factor.op.name !== "multiply") return null;
  const [gamma, inverse] = factor.inputs as [Value, Value];
  const deviation = inverseDeviationOf(inverse);
  return deviation && elements(gamma.shape) === elements(deviation.variance.shape) ? { gamma, ...deviation } : null;
}

/** x times a number of each channel, plus another; the parts of the number are put in where they are known. */
function scaled(emit: Emitter, x: string, scale: Value, channels: number, beta?: string): string {
  const vector = (value: Value) => emit.reshape(emit.nameOf(value), [channels]);
  const given = beta === undefined ? {} : { beta };
  const slope = slopeOf(scale);
  if (slope === null) return normalized(emit, x, channels, { gamma: vector(scale), ...given });
  const { gamma, variance, epsilon } = slope;
  return normalized(emit, x, channels, { gamma: vector(gamma), variance: vector(variance), epsilon, ...given });
}

/** x / sqrt(variance + epsilon) of each channel, where `factor` is one over that; null where it is not. */
export function standardized(emit: Emitter, x: Value, factor: Value): string | null {
  const deviation = isOfChannels(x, factor) && x.dtype === "float32" ? inverseDeviationOf(factor) : null;
  if (deviation === null) return null;
  const channels = x.shape[1]!;
  const variance = emit.reshape(emit.nameOf(deviation.variance), [channels]);
  return normalized(emit, emit.nameOf(x), channels, { variance, epsilon: deviation.epsilon });
}

/** scale x + shift; null where a precision needs other kernels. */
export function affineByChannel(emit: Emitter, [x, , shift]: readonly string[], output: Value): string | null {
  if (output.dtype !== "float32") return null;
  return scaled(emit, x!, output.inputs[1]!, output.shape[1]!, shift);
}

/** x less a number of each channel; null where the difference is another. */
export function lessByChannel(emit: Emitter, [x, mean]: readonly string[], { inputs, shape, dtype }: Value): string | null {
  const channels = shape[1]!;
  if (dtype !== "float32" || !isOfChannels(inputs[0]!, inputs[1]!)) return null;
  return normalized(emit, x!, channels, { mean: emit.reshape(mean!, [channels]) });
}

/**
 * Activations times a number of each channel; or the cotangent of a convolution's weights times a number of each of their outputs, which is taken back to the
 * outputs' cotangent (channel-factor.ts): for both directions of the convolution, one kernel then. Null where the product is another.
 */
export function timesChannelFactor(emit: Emitter, x: Value, factor: Value): string | null {
  if (x.dtype !== "float32") return null;
  if (isOfChannels(x, factor)) return scaled(emit, emit.nameOf(x), factor, x.shape[1]!);
  if (x.op.name !== "conv2d-weight-gradient" || !isOfOutputs(x, factor) || !emit.isUsedOnce(x)) return null;
  const [images, dy] = x.inputs as [Value, Value];
  const whole = scaled(emit, emit.nameOf(dy), factor, dy.shape[1]!);
  return lowered(emit, [emit.nameOf(images), whole], x);
}

/** The same for the images' cotangent: dy and the weights without their factor; null where there is none. */
export function factorTakenBack(emit: Emitter, dy: Value, weights: Value): readonly [dy: string, weights: string] | null {
  if (weights.op.name !== "multiply" || weights.dtype !== "float32" || !emit.isUsedOnce(weights)) return null;
  const [rest, factor] = weights.inputs as [Value, Value];
  return isOfOutputs(rest, factor) ? [scaled(emit, emit.nameOf(dy), factor, dy.shape[1]!), emit.nameOf(rest)] : null;
}

const isOfChannels = ({ shape }: Value, factor: Value) =>
  shape.length === 4 && showShape(factor.shape) === showShape([1, shape[1]!, 1, 1]) && elements(shape) > elements(factor.shape);
const isOfOutputs = ({ shape }: Value, factor: Value) =>
  shape.length === 4 && showShape(factor.shape) === showShape([shape[0]!, 1, 1, 1]) && elements(shape) > elements(factor.shape);

function withoutReshapes(value: Value): Value {
  let inner = value;
  while (inner.op.name === "reshape") inner = inner.inputs[0]!;
  return inner;
}

const numberOf = ({ op, shape, attributes }: Value): number | null =>
  op.name === "constant" && shape.length === 0 ? (attributes["value"] as number) : null;
