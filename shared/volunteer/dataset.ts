import { RECORD_BYTES } from "../protocol/dataset.ts";

/** Channel means and deviations of the training images as fractions of 255: constants, so that every device feeds the same bits. */
export const CHANNEL_MEAN = [0.4914, 0.4822, 0.4465] as const;
export const CHANNEL_DEVIATION = [0.247, 0.2435, 0.2616] as const;

const PLANE = 32 * 32;
const IMAGE = 3 * PLANE;

/** The 256 float32 values that a byte of each channel becomes. */
const NORMALIZED = CHANNEL_MEAN.map((mean, channel) =>
  Float32Array.from({ length: 256 }, (_, byte) => (byte / 255 - mean) / CHANNEL_DEVIATION[channel]!),
);

/** A batch of images [n,3,32,32], normalized, and labels [n] (-1 marks padding). */
export type Batch = {
  readonly images: Float32Array;
  readonly labels: Int32Array;
};

/** Train and test images. */
export interface Dataset {
  readonly train: Split;
  readonly test: Split;
}

/** Images and labels of one split, as CIFAR-10's binary records in chunks of one size (the last may be shorter). */
export class Split {
  readonly count: number;
  readonly #chunks: readonly Uint8Array[];
  readonly #perChunk: number;

  /** @throws RangeError when the chunks are not whole records of one size */
  constructor(chunks: readonly Uint8Array[]) {
    this.#chunks = chunks;
    this.#perChunk = (chunks[0]?.length ?? 0) / RECORD_BYTES;
    chunks.forEach((chunk, i) => {
      const images = chunk.length / RECORD_BYTES;
      const fits = i === chunks.length - 1 ? images <= this.#perChunk : images === this.#perChunk;
      if (!Number.isInteger(images) || !fits) {
        throw new RangeError(`chunk ${i}: got ${images} images, want ${this.#perChunk}`);
      }
    });
    this.count = chunks.reduce((sum, chunk) => sum + chunk.length / RECORD_BYTES, 0);
  }

  label(image: number): number {
    return this.#record(image).bytes[this.#record(image).offset]!;
  }

  /** Pixels of an image, channel by channel, as stored. */
  pixels(image: number): Uint8Array {
    const { bytes, offset } = this.#record(image);
    return bytes.subarray(offset + 1, offset + RECORD_BYTES);
  }

  /** Writes these images into a batch, normalized by channel; rows left over become padding (label -1). */
  fill(batch: Batch, indices: ArrayLike<number>): void {
    const { images, labels } = batch;
    if (indices.length > labels.length)
      throw new RangeError(`batch: got ${indices.length} images, want at most ${labels.length}`);
    for (let row = 0; row < indices.length; row++) {
      const { bytes, offset } = this.#record(indices[row]!);
      labels[row] = bytes[offset]!;
      for (let channel = 0; channel < 3; channel++) {
        const table = NORMALIZED[channel]!;
        const from = offset + 1 + channel * PLANE;
        const to = row * IMAGE + channel * PLANE;
        for (let pixel = 0; pixel < PLANE; pixel++) images[to + pixel] = table[bytes[from + pixel]!]!;
      }
    }
    images.fill(0, indices.length * IMAGE);
    labels.fill(-1, indices.length);
  }

  #record(image: number): { bytes: Uint8Array; offset: number } {
    const bytes = this.#chunks[Math.floor(image / this.#perChunk)];
    if (!bytes) throw new RangeError(`image: got ${image}, want 0 to ${this.count - 1}`);
    return { bytes, offset: (image % this.#perChunk) * RECORD_BYTES };
  }
}

/** An empty batch of a size. */
export function emptyBatch(size: number): Batch {
  return { images: new Float32Array(size * IMAGE), labels: new Int32Array(size) };
}
