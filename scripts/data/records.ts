import { RECORD_BYTES } from "../../shared/protocol/dataset.ts";

const PLANE = 32 * 32;

/**
 * CIFAR-10's binary records out of a picture whose row i is image i: 1,024 pixels, RGBA, row by row of 32x32.
 * @param rgba what a PNG decoder gives: 4 bytes for each pixel; alpha is ignored
 * @param labels class of each row, 0 to 9
 * @returns for each image its label, then its red, green and blue planes
 * @throws RangeError with what was got and what was wanted
 */
export function records(rgba: Uint8Array, labels: readonly number[]): Uint8Array<ArrayBuffer> {
  if (rgba.length !== labels.length * PLANE * 4) {
    throw new RangeError(
      `picture: got ${rgba.length} bytes, want ${labels.length * PLANE * 4} (one row of 1,024 pixels for each label)`,
    );
  }
  const out = new Uint8Array(labels.length * RECORD_BYTES);
  labels.forEach((label, image) => {
    if (!Number.isInteger(label) || label < 0 || label > 9) {
      throw new RangeError(`labels[${image}]: got ${label}, want a whole number from 0 to 9`);
    }
    const record = image * RECORD_BYTES;
    out[record] = label;
    for (let channel = 0; channel < 3; channel++) {
      const plane = record + 1 + channel * PLANE;
      const source = image * PLANE * 4 + channel;
      for (let pixel = 0; pixel < PLANE; pixel++) out[plane + pixel] = rgba[source + pixel * 4] ?? 0;
    }
  });
  return out;
}
