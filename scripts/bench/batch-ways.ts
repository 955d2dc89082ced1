import type { OnnxType } from "../../shared/onnx/model-proto.ts";
import { Emitter, type Target } from "../../shared/graph/emit.ts";
import { encodeModel } from "../../shared/onnx/model-proto.ts";
import { CHANNEL_DEVIATION, CHANNEL_MEAN, emptyBatch, Split } from "../../shared/volunteer/dataset.ts";

/** Ways for a batch to reach the device, each as a model that does nothing else: what it takes beyond an empty call is the way's price. */
export const WAYS = [
  "empty call",
  "float32 uploaded",
  "bytes uploaded, normalized in the graph",
  "bytes resident, gathered in the graph",
] as const;
export type Way = (typeof WAYS)[number];

/** Parameters of VGG-11 at width 1/8: they go through every call. */
const PARAMETERS = 145_554;
const IMAGE = 3072;
export const BATCH = 128;
export const IMAGES = 50_000;

/**
 * Pixels as providers can hold them: bytes on the CPU; WebGPU has no 8-bit tensors, so there the three bytes of a pixel (red, green, blue) lie in one
 * non-negative int32, which is unpacked by division.
 */
interface Stored {
  readonly dtype: "uint8" | "int32";
  readonly perImage: number;
}
const stored = (target: Target): Stored =>
  target === "cpu" ? { dtype: "uint8", perImage: IMAGE } : { dtype: "int32", perImage: IMAGE / 3 };

export function wayModel(way: Way, target: Target): Uint8Array {
  const emit = new Emitter(target);
  const { dtype, perImage } = stored(target);
  const inputs: { name: string; dtype: OnnxType; shape: readonly number[] }[] = [
    { name: "parameters", dtype: "float32", shape: [PARAMETERS] },
  ];
  const feed = (name: string, dtype: OnnxType, shape: readonly number[]) => {
    inputs.push({ name, dtype, shape });
    return name;
  };
  const images = (): string => {
    if (way === "float32 uploaded") return emit.node("Reshape", [feed("images", "float32", [BATCH, 3, 32, 32]), emit.ints([-1])]);
    if (way === "bytes uploaded, normalized in the graph")
      return normalized(emit, feed("pixels", dtype, [BATCH, perImage]), target);
    const rows = emit.node("Gather", [feed("data", dtype, [IMAGES, perImage]), feed("indices", "int32", [BATCH])]);
    return normalized(emit, rows, target);
  };
  const seen = way === "empty call" ? "parameters" : images();
  // The last number only: the batch has to be there, and nothing of it comes back.
  const last = emit.node("Slice", [seen, emit.ints([-1]), emit.ints([2 ** 31 - 1]), emit.ints([0])]);
  emit.nameOutputs(
    new Map([
      ["parametersNext", "parameters"],
      ["loss", last],
    ]),
  );
  const outputs = [
    { name: "parametersNext", dtype: "float32" as const, shape: [PARAMETERS] },
    { name: "loss", dtype: "float32" as const, shape: [1] },
  ];
  return encodeModel({ name: "way", nodes: emit.nodes, initializers: emit.initializers, inputs, outputs });
}

/** Bytes to the numbers that the volunteer feeds today, the same bits: looked up in a table of 256 for each channel. Gives [batch * 3072]. */
function normalized(emit: Emitter, pixels: string, target: Target): string {
  const channels = target === "cpu" ? slices(emit, pixels) : unpacked(emit, pixels);
  const values = channels.map((bytes, channel) => {
    const table = Array.from({ length: 256 }, (_, byte) => (byte / 255 - CHANNEL_MEAN[channel]!) / CHANNEL_DEVIATION[channel]!);
    return emit.node("Gather", [emit.numbers("float32", [256], table), bytes]);
  });
  return emit.node("Reshape", [emit.node("Concat", values, { axis: 1 }), emit.ints([-1])]);
}

/** [batch, 3072] uint8 -> three of [batch, 1024] int32 */
function slices(emit: Emitter, pixels: string): string[] {
  const wide = emit.node("Cast", [pixels], { to: 6 });
  return emit.nodeWithOutputs("Split", [wide], 3, { axis: 1, num_outputs: 3 });
}

/** [batch, 1024] of red + 256 green + 65536 blue -> three of [batch, 1024] int32 */
function unpacked(emit: Emitter, words: string): string[] {
  const number = (n: number) => emit.numbers("int32", [], [n]);
  const blue = emit.node("Div", [words, number(65_536)]);
  const rest = emit.node("Sub", [words, emit.node("Mul", [blue, number(65_536)])]);
  const green = emit.node("Div", [rest, number(256)]);
  return [emit.node("Sub", [rest, emit.node("Mul", [green, number(256)])]), green, blue];
}

type Numbers = Float32Array | Int32Array | Uint8Array;

/** Images that nobody has seen, and what each way does with them on the host before every call. */
export class Host {
  readonly #split: Split;
  readonly #batch = emptyBatch(BATCH);
  readonly #target: Target;
  readonly parameters = new Float32Array(PARAMETERS);

  constructor(target: Target) {
    const records = Uint8Array.from({ length: IMAGES * (IMAGE + 1) }, (_, i) => (Math.imul(i, 2_654_435_761) >>> 24) & 255);
    this.#split = new Split([records]);
    this.#target = target;
  }

  /** What a call is fed besides the parameters; data that stays is made once, by `resident`. */
  feeds(way: Way, indices: Int32Array): Record<string, { values: Numbers; shape: readonly number[] }> {
    switch (way) {
      case "empty call":
        return {};
      case "float32 uploaded":
        this.#split.fill(this.#batch, indices);
        return { images: { values: this.#batch.images, shape: [BATCH, 3, 32, 32] } };
      case "bytes uploaded, normalized in the graph":
        return { pixels: this.#packed(indices) };
      case "bytes resident, gathered in the graph":
        return { indices: { values: indices, shape: [BATCH] } };
    }
  }

  resident(): { values: Numbers; shape: readonly number[] } {
    return this.#packed(Int32Array.from({ length: IMAGES }, (_, i) => i));
  }

  #packed(indices: Int32Array): { values: Numbers; shape: readonly number[] } {
    const { perImage, dtype } = stored(this.#target);
    const values = dtype === "uint8" ? new Uint8Array(indices.length * perImage) : new Int32Array(indices.length * perImage);
    for (const [row, image] of indices.entries()) {
      const pixels = this.#split.pixels(image);
      if (dtype === "uint8") values.set(pixels, row * perImage);
      else
        for (let i = 0; i < perImage; i++)
          values[row * perImage + i] = pixels[i]! | (pixels[1024 + i]! << 8) | (pixels[2048 + i]! << 16);
    }
    return { values, shape: [indices.length, perImage] };
  }
}
