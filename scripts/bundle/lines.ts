import { createHash } from "node:crypto";
import { once } from "node:events";
import { createReadStream, createWriteStream, renameSync } from "node:fs";
import { createInterface } from "node:readline";
import { finished } from "node:stream/promises";
import { BundleLine } from "../../shared/protocol/bundle.ts";

/** A line as it stands in the file, and what it says. */
export interface Read {
  readonly n: number;
  readonly text: string;
  readonly line: BundleLine;
}

/** Why a bundle cannot be believed, in words that begin with where. */
export class Difference extends Error {
  override readonly name = "Difference";
}

/**
 * The lines of a bundle but the last, one at a time; when they have been read, the end line was right.
 * @throws Difference for a line that is none, or a file that was cut off or changed
 */
export async function* readBundle(file: string): AsyncGenerator<Read, { readonly lines: number; readonly sha256: string }> {
  const hash = createHash("sha256");
  let n = 0;
  let end: { readonly lines: number; readonly sha256: string } | null = null;
  for await (const text of createInterface({ input: createReadStream(file), crlfDelay: Infinity })) {
    n += 1;
    if (end) throw new Difference(`line ${n}: got a line after the end line, want none`);
    const line = parse(text, n);
    if (n === 1 && line.line !== "bundle") throw new Difference(`line 1: got a line of kind ${line.line}, want that of a bundle`);
    if (line.line !== "end") {
      hash.update(`${text}\n`);
      yield { n, text, line };
      continue;
    }
    const sha256 = hash.digest("hex");
    if (line.lines !== n - 1)
      throw new Difference(`line ${n}: lines: got ${line.lines}, want ${n - 1}, as many as stand before it`);
    if (line.sha256 !== sha256)
      throw new Difference(`line ${n}: sha256: got ${line.sha256}, want ${sha256}: the file was changed`);
    end = { lines: line.lines, sha256 };
  }
  if (!end) throw new Difference(`line ${n + 1}: got the end of the file, want an end line: the file was cut off`);
  return end;
}

function parse(text: string, n: number): BundleLine {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Difference(`line ${n}: got something else than JSON, want a line of a bundle`);
  }
  const parsed = BundleLine.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new Difference(`line ${n}: ${issue?.path.join(".") ?? ""}: ${issue?.message ?? ""}`);
}

/** Writes lines to a file, with the end line; under its name it stands only when it is whole. */
export class BundleWriter {
  readonly #file: string;
  readonly #out;
  readonly #hash = createHash("sha256");
  #lines = 0;

  constructor(file: string) {
    this.#file = file;
    this.#out = createWriteStream(`${file}.part`);
  }

  async write(text: string): Promise<void> {
    this.#lines += 1;
    this.#hash.update(`${text}\n`);
    if (!this.#out.write(`${text}\n`)) await once(this.#out, "drain");
  }

  /** @returns what the end line says */
  async end(): Promise<{ lines: number; sha256: string }> {
    const end = { lines: this.#lines, sha256: this.#hash.digest("hex") };
    this.#out.end(`${JSON.stringify({ line: "end", ...end } satisfies BundleLine)}\n`);
    await finished(this.#out);
    renameSync(`${this.#file}.part`, this.#file);
    return end;
  }
}
