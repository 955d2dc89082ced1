const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/** Bytes as base64url without padding (RFC 4648, section 5). */
export function toBase64Url(bytes: Uint8Array): string {
  let text = "";
  for (let i = 0; i < bytes.length; i += 3) {
    const [a = 0, b = 0, c = 0] = bytes.subarray(i, i + 3);
    const digits = [a >> 2, ((a & 3) << 4) | (b >> 4), ((b & 15) << 2) | (c >> 6), c & 63];
    for (const digit of digits.slice(0, Math.min(3, bytes.length - i) + 1)) text += DIGITS[digit];
  }
  return text;
}

/** Null for what is not base64url without padding. Of two texts for the same bytes only the canonical one (unused bits are 0) is read. */
export function fromBase64Url(text: string): Uint8Array<ArrayBuffer> | null {
  const bytes = new Uint8Array(Math.floor((text.length * 3) / 4));
  let [bits, kept, size] = [0, 0, 0];
  for (const character of text) {
    const digit = DIGITS.indexOf(character);
    if (digit < 0) return null;
    bits = ((bits << 6) | digit) & 0xffff;
    kept += 6;
    if (kept < 8) continue;
    kept -= 8;
    bytes[size++] = (bits >> kept) & 0xff;
  }
  const spare = bits & ((1 << kept) - 1);
  return text.length % 4 === 1 || spare !== 0 ? null : bytes;
}
