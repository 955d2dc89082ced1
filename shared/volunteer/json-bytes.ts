/** A value as JSON in ASCII bytes (other characters escaped), for stores that keep bytes. */
export function toJsonBytes(value: unknown): Uint8Array {
  const text = JSON.stringify(value).replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

/** @throws SyntaxError when the bytes are not JSON */
export function fromJsonBytes(bytes: Uint8Array): unknown {
  let text = "";
  for (const code of bytes) text += String.fromCharCode(code);
  return JSON.parse(text);
}
