import { canonicalJson } from "../math/json.ts";
import type { TensorSpec } from "../graph/model.ts";

/** A run's state on the host: one flat array for each state tensor. */
export type State = Readonly<Record<string, Float32Array | Float64Array>>;

/** State after `step` updates. */
export interface Checkpoint {
  readonly step: number;
  readonly state: State;
}

const MAGIC = "BNH1";

/**
 * Bytes of a checkpoint: "BNH1", the header's length (uint32), a JSON header padded with spaces to 8 bytes, then the
 * tensors' values (float32, or float64 where the header says so) in the header's order; all little-endian. Equal checkpoints give equal bytes.
 */
export function encodeCheckpoint(checkpoint: Checkpoint, layout: readonly TensorSpec[]): Uint8Array<ArrayBuffer> {
  const header = checkpointHeader(checkpoint.step, layout);
  const size = layout.reduce((sum, spec) => sum + byteLength(spec), 0);
  const bytes = new Uint8Array(header.length + size);
  bytes.set(header, 0);
  let offset = header.length;
  for (const spec of layout) {
    const values = checkpoint.state[spec.name];
    if (values?.length !== elements(spec)) {
      throw new RangeError(`checkpoint: ${spec.name}: got ${values?.length ?? "no"} values, want ${elements(spec)}`);
    }
    bytes.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), offset);
    offset += values.byteLength;
  }
  return bytes;
}

/** The bytes before the tensors: the same for every checkpoint of this layout at this step, so a file can be recognised by its beginning. */
export function checkpointHeader(step: number, layout: readonly TensorSpec[]): Uint8Array<ArrayBuffer> {
  let header = canonicalJson({ step, tensors: described(layout) });
  header = header.padEnd(Math.ceil(header.length / 8) * 8, " ");
  const bytes = new Uint8Array(8 + header.length);
  bytes.set(ascii(MAGIC), 0);
  new DataView(bytes.buffer).setUint32(4, header.length, true);
  bytes.set(ascii(header), 8);
  return bytes;
}

/**
 * Reads a checkpoint, which must have exactly the tensors of `layout`.
 * @throws RangeError with what was got and what was wanted
 */
export function decodeCheckpoint(bytes: Uint8Array, layout: readonly TensorSpec[]): Checkpoint {
  const magic = String.fromCharCode(...bytes.subarray(0, 4));
  if (magic !== MAGIC) throw new RangeError(`checkpoint: got magic ${JSON.stringify(magic)}, want "${MAGIC}"`);
  const headerLength = new DataView(bytes.buffer, bytes.byteOffset).getUint32(4, true);
  const header = JSON.parse(String.fromCharCode(...bytes.subarray(8, 8 + headerLength))) as { step: number; tensors: unknown };
  const wanted = canonicalJson(described(layout));
  if (canonicalJson(header.tensors) !== wanted) {
    throw new RangeError(`checkpoint: got tensors ${canonicalJson(header.tensors)}, want ${wanted}`);
  }
  const size = checkpointBytes(layout, headerLength);
  if (bytes.length !== size) throw new RangeError(`checkpoint: got ${bytes.length} bytes, want ${size}`);
  const state: Record<string, Float32Array | Float64Array> = {};
  let offset = 8 + headerLength;
  for (const spec of layout) {
    const { buffer } = bytes.slice(offset, offset + byteLength(spec));
    state[spec.name] = spec.dtype === "float64" ? new Float64Array(buffer) : new Float32Array(buffer);
    offset += byteLength(spec);
  }
  return { step: header.step, state };
}

/** Size of a checkpoint of this layout in bytes; the header is at most 4 kB. */
export function checkpointBytes(layout: readonly TensorSpec[], headerLength = 4096): number {
  return 8 + headerLength + layout.reduce((sum, spec) => sum + byteLength(spec), 0);
}

/** The header's account of the tensors; float32 goes without saying. */
const described = (layout: readonly TensorSpec[]) =>
  layout.map(({ name, shape, dtype }) => ({ name, shape, ...(dtype === "float32" ? {} : { dtype }) }));

const byteLength = (spec: TensorSpec) => (spec.dtype === "float64" ? 8 : 4) * elements(spec);
const elements = (spec: TensorSpec) => spec.shape.reduce((product, length) => product * length, 1);
const ascii = (text: string) => Uint8Array.from(text, (character) => character.charCodeAt(0));
