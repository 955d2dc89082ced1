import type { TensorSpec } from "../shared/graph/model.ts";
import { checkpointBytes, checkpointHeader } from "../shared/nn/checkpoint.ts";
import type { Fault } from "./coordinator/fault.ts";
import { BodyRefused, inTimeFor } from "./steady-body.ts";
import { fromStorage } from "./storage-failure.ts";

/** Checkpoints lie in R2 under the SHA-256 of their bytes, which R2 itself checks when they are stored. */
const key = (sha256: string) => `checkpoints/${sha256}`;

/**
 * Stores a checkpoint; storing it again changes nothing.
 * @param body of known length (the request had a Content-Length), in bytes
 * @returns false when the bytes do not have that hash: then nothing was stored
 * @throws BodyRefused when they come too slowly
 */
export async function storeCheckpoint(bucket: R2Bucket, sha256: string, body: ReadableStream, bytes: number): Promise<boolean> {
  const options = { sha256, httpMetadata: { contentType: "application/octet-stream" } };
  try {
    await inTimeFor(bytes, bucket.put(key(sha256), body, options));
    return true;
  } catch (error) {
    if (error instanceof BodyRefused) throw error;
    if (error instanceof Error && /checksum|digest|\(10037\)/i.test(error.message)) return false;
    return fromStorage("R2", () => Promise.reject(error as Error));
  }
}

export const readCheckpoint = (bucket: R2Bucket, sha256: string): Promise<R2ObjectBody | null> =>
  fromStorage("R2", () => bucket.get(key(sha256)));

/** Is the end checkpoint of a result there, and is it one of this network at this step? Reads its first bytes only. */
export async function checkEndCheckpoint(
  bucket: R2Bucket,
  sha256: string,
  step: number,
  layout: readonly TensorSpec[],
): Promise<Fault | null> {
  const header = checkpointHeader(step, layout);
  const object = await fromStorage("R2", () => bucket.get(key(sha256), { range: { offset: 0, length: header.length } }));
  const fault = (got: string, want: string): Fault => ({ path: "endCheckpoint", message: `got ${got}, want ${want}` });
  if (!object) return fault(`${sha256}, which is not stored`, `it stored first: PUT /api/checkpoints/${sha256}?lease=...`);
  const size = checkpointBytes(layout, header.length - 8);
  const begin = new Uint8Array(await object.arrayBuffer());
  if (object.size !== size) return fault(`${object.size} bytes`, `${size} bytes`);
  const wrong = header.findIndex((byte, i) => begin[i] !== byte);
  return wrong < 0 ? null : fault(`another header (byte ${wrong})`, `that of this network's state at step ${step}`);
}

export const hasCheckpoint = async (bucket: R2Bucket, sha256: string): Promise<boolean> =>
  (await fromStorage("R2", () => bucket.head(key(sha256)))) !== null;

/** Some bytes of a checkpoint, or null when it is not stored. */
export async function readPart(bucket: R2Bucket, sha256: string, offset: number, length: number): Promise<ArrayBuffer | null> {
  const object = await fromStorage("R2", () => bucket.get(key(sha256), { range: { offset, length } }));
  return object && object.arrayBuffer();
}

/** For what nobody will ask for again: the state after an auditor's few steps. */
export const dropCheckpoint = (bucket: R2Bucket, sha256: string): Promise<void> => bucket.delete(key(sha256));
