/** Writes protocol buffer messages: varints, fixed 32-bit floats and length-delimited fields, in the order they are given. */
export class MessageWriter {
  readonly #parts: Uint8Array[] = [];
  #length = 0;

  /** An int64 field (wire type 0); negative numbers take ten bytes, as the format demands. */
  int(field: number, value: number): this {
    return this.#bytes(varint(field << 3)).#bytes(varint(value));
  }

  /** A float field (wire type 5). */
  float(field: number, value: number): this {
    const bytes = new Uint8Array(4);
    new DataView(bytes.buffer).setFloat32(0, value, true);
    return this.#bytes(varint((field << 3) | 5)).#bytes(bytes);
  }

  /** A bytes, string or embedded-message field (wire type 2). */
  bytes(field: number, value: Uint8Array | string | MessageWriter): this {
    const payload = value instanceof MessageWriter ? value.finish() : typeof value === "string" ? utf8(value) : value;
    return this.#bytes(varint((field << 3) | 2))
      .#bytes(varint(payload.length))
      .#bytes(payload);
  }

  /** A packed field of int64. */
  packedInts(field: number, values: readonly number[]): this {
    return this.bytes(field, concatenate(values.map(varint)));
  }

  finish(): Uint8Array {
    return concatenate(this.#parts, this.#length);
  }

  #bytes(part: Uint8Array): this {
    this.#parts.push(part);
    this.#length += part.length;
    return this;
  }
}

function varint(value: number): Uint8Array {
  let rest = BigInt.asUintN(64, BigInt(value));
  const bytes: number[] = [];
  while (rest >= 0x80n) {
    bytes.push(Number(rest & 0x7fn) | 0x80);
    rest >>= 7n;
  }
  bytes.push(Number(rest));
  return Uint8Array.from(bytes);
}

/** Names and documentation in models are ASCII. */
function utf8(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => {
    const code = character.charCodeAt(0);
    if (code > 127) throw new RangeError(`model text: got ${JSON.stringify(text)}, want ASCII`);
    return code;
  });
}

function concatenate(parts: readonly Uint8Array[], length = parts.reduce((sum, part) => sum + part.length, 0)): Uint8Array {
  const whole = new Uint8Array(length);
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}
