import { type ConvolutionSizes, convolutionSizes, type Window } from "./convolution.ts";
import type { Target } from "./emit.ts";
import { weightGradientFor } from "./formulations.ts";
import { topological } from "./topological.ts";
import { elements, type Value } from "./value.ts";
import { isByTiles, tileNumbers } from "./winograd.ts";

const BYTES = { float32: 4, float64: 8, int32: 4, bool: 1 } as const;

/** Ops whose output is their first input's memory under another name or shape. */
const SAME_MEMORY = new Set(["reshape", "with-vjp", "stop-gradient"]);

/**
 * Most bytes alive at once while the values are computed one after the other, each freed after its last use; inputs and outputs stay. It counts
 * what the ops produce and the image columns of the convolutions' weight gradients (the formulation that needs most), from shapes alone. Runtimes
 * keep reserves besides: ONNX Runtime's CPU arena took 2.6 times as much for VGG-11 at width 1/4, batch 256.
 */
export function peakBytes(outputs: readonly Value[], target: Target = "cpu"): number {
  const order = topological(outputs);
  const lastUse = new Map<Value, number>();
  for (const [at, value] of order.entries()) for (const input of value.inputs) lastUse.set(memoryOf(input), at);
  for (const output of outputs) lastUse.set(memoryOf(output), Infinity);

  const held = order.filter(isInput);
  let alive = held.reduce((sum, value) => sum + bytes(value), 0);
  let peak = alive;
  for (const [at, value] of order.entries()) {
    if (isInput(value)) continue;
    if (!SAME_MEMORY.has(value.op.name)) alive += bytes(value);
    peak = Math.max(peak, alive + workspace(value, target));
    for (const input of new Set(value.inputs.map(memoryOf))) {
      if (lastUse.get(input) === at && !isInput(input)) alive -= bytes(input);
    }
  }
  return peak;
}

/** Bytes of the largest tensor that the values need, image columns included: a GPU has to bind it as one buffer. */
export const largestBytes = (outputs: readonly Value[]): number =>
  Math.max(...topological(outputs).map((value) => Math.max(bytes(value), workspace(value, "webgpu") / 2)));

/** Bytes of the largest workspace of a convolution by tiles; 0 where there is none. */
export const largestTileBytes = (outputs: readonly Value[]): number =>
  Math.max(0, ...topological(outputs).map((value) => tileBytes(value)));

const isInput = (value: Value) => value.op.name === "input";
const bytes = ({ dtype, shape }: Value) => BYTES[dtype] * elements(shape);

function memoryOf(value: Value): Value {
  let owner = value;
  while (SAME_MEMORY.has(owner.op.name)) owner = owner.inputs[0]!;
  return owner;
}

/** What an op's nodes leave among themselves. */
function workspace(value: Value, target: Target): number {
  const { op, dtype } = value;
  // The pairs, and which of each is the larger.
  if (op.name === "max-pool-gradient") return 2 * bytes(value);
  const convolution = convolutionOf(value);
  if (convolution === null) return 0;
  const { sizes, window } = convolution;
  const ofTiles = target === "cpu" ? tileBytes(value) : 0;
  if (ofTiles > 0) return ofTiles;
  if (op.name !== "conv2d-weight-gradient") return 0;
  const { n, c, h, w, kh, kw, oh, ow } = sizes;
  const around = n * c * (h + 2 * window.pad) * (w + 2 * window.pad);
  // Shifted copies; on a GPU they are made one by one, then put together.
  const copy = c * n * oh * ow;
  const copies = target === "webgpu" ? 2 * kh * kw : weightGradientFor(sizes, window) === "offsets" ? 1 : kh * kw;
  return BYTES[dtype] * (around + copies * copy);
}

function tileBytes(value: Value): number {
  const convolution = convolutionOf(value);
  if (convolution === null || !isByTiles(convolution.op, value.dtype, convolution.sizes, convolution.window)) return 0;
  return BYTES[value.dtype] * tileNumbers(convolution.sizes);
}

/** Sizes of a convolution or of one of its gradients. */
function convolutionOf(value: Value): { op: Convolution; sizes: ConvolutionSizes; window: Window } | null {
  const { inputs, attributes } = value;
  if (!value.op.name.startsWith("conv2d")) return null;
  const op = value.op.name as Convolution;
  const window = { stride: attributes["stride"] as number, pad: attributes["pad"] as number };
  const [images, weights] = {
    conv2d: [inputs[0]!, inputs[1]!],
    "conv2d-input-gradient": [value, inputs[1]!],
    "conv2d-weight-gradient": [inputs[0]!, value],
  }[op];
  return { op, sizes: convolutionSizes(op, images!, weights!, window), window };
}

type Convolution = Parameters<typeof isByTiles>[0];
