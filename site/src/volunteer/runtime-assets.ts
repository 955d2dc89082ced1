import { download, type Fetch } from "../../../shared/volunteer/http.ts";
import { Failure, Refused } from "../../../shared/volunteer/outcomes.ts";
import type { Progress } from "../../../shared/volunteer/ports.ts";

const REMEDY =
  "Reload the page. If it happens again, whoever runs this site has to run `npm run build`: it puts the runtime in its place.";

/**
 * ONNX Runtime's WebAssembly: fetched, inflated where the server left that to us, and looked at, because ONNX Runtime's own words
 * for a missing or strange file help nobody.
 * @param file its address without ".wasm.gz", for example "https://example.org/ort/1.30.0/ort-wasm-simd-threaded"
 * @throws Failure when the WebAssembly or the script that drives it is missing or something else
 */
export async function fetchRuntime(fetch: Fetch, file: string, progress: Progress): Promise<ArrayBuffer> {
  const script = await fetchAsset(fetch, `${file}.mjs`, () => undefined);
  if (startsWith(script, "<")) throw strange(`${file}.mjs`);
  const binary = await inflate(await fetchAsset(fetch, `${file}.wasm.gz`, progress)).catch((error: unknown) => {
    throw strange(`${file}.wasm.gz`, error);
  });
  if (!startsWith(new Uint8Array(binary), "\0asm")) throw strange(`${file}.wasm.gz`);
  return binary;
}

async function fetchAsset(fetch: Fetch, url: string, progress: Progress): Promise<Uint8Array> {
  return download(fetch, url, progress).catch((error: unknown) => {
    if (!(error instanceof Refused)) throw error;
    throw new Failure(`The server does not have the training runtime's ${name(url)} (it answered ${error.status}).`, REMEDY, {
      cause: error,
    });
  });
}

/** Some servers send a .gz file as it is, others say `Content-Encoding: gzip` and the browser has inflated it already. */
async function inflate(bytes: Uint8Array): Promise<ArrayBuffer> {
  const copy = new Uint8Array(bytes);
  if (copy[0] !== 0x1f || copy[1] !== 0x8b) return copy.buffer;
  return new Response(new Blob([copy]).stream().pipeThrough(new DecompressionStream("gzip"))).arrayBuffer();
}

const startsWith = (bytes: Uint8Array, words: string): boolean =>
  [...words].every((letter, index) => bytes[index] === letter.charCodeAt(0));

const name = (url: string): string => url.slice(url.lastIndexOf("/") + 1);

const strange = (url: string, cause?: unknown): Failure =>
  new Failure(
    `The training runtime's ${name(url)} cannot be read: it is damaged, or something else is served in its place.`,
    REMEDY,
    {
      cause,
    },
  );
