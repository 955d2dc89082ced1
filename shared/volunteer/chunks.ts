import { Manifest, type Chunk } from "../protocol/dataset.ts";
import { Split, type Dataset } from "./dataset.ts";
import { fromJsonBytes } from "./json-bytes.ts";
import { Failure, Refused } from "./outcomes.ts";
import type { Progress, Store } from "./ports.ts";

const ATTEMPTS = 3;
const MANIFEST = "manifest.json";
const REMEDY =
  "Try again. If it happens again, whoever runs this site has to run `npm run build`: it puts the data set in its place.";

export interface ChunkPorts {
  /** Bytes of a chunk or of the manifest; throws Unreachable, and Refused where there is no such file. */
  readonly download: (file: string, received: (bytes: number) => void | Promise<void>) => Promise<Uint8Array>;
  /** Where fetched chunks are kept. */
  readonly store: Store;
  readonly sha256: (bytes: Uint8Array) => Promise<string>;
  readonly note: (text: string) => void;
}

/**
 * Loads CIFAR-10 chunk by chunk, from the store or the network, and believes neither: a chunk whose SHA-256 is not the manifest's
 * is deleted and fetched again. Calling it again after a lost network goes on where it was.
 */
export function chunkLoader(ports: ChunkPorts): (progress: Progress) => Promise<Dataset> {
  const loaded = new Map<string, Uint8Array>();
  return async (progress) => {
    const manifest = await fetchManifest(ports);
    const total = manifest.chunks.reduce((sum, { bytes }) => sum + bytes, 0);
    for (const chunk of manifest.chunks) {
      if (loaded.has(chunk.file)) continue;
      const before = [...loaded.values()].reduce((sum, bytes) => sum + bytes.length, 0);
      await progress(before, total);
      loaded.set(chunk.file, await loadChunk(chunk, ports, (bytes) => progress(before + bytes, total)));
    }
    await progress(total, total);
    const split = (name: Chunk["split"]) =>
      new Split(
        manifest.chunks
          .filter((chunk) => chunk.split === name)
          .sort((a, b) => a.first - b.first)
          .map(({ file }) => loaded.get(file)!),
      );
    return { train: split("train"), test: split("test") };
  };
}

/** @throws Failure when it is missing, or is something else (a host's page for missing files, a manifest of another version) */
async function fetchManifest(ports: ChunkPorts): Promise<Manifest> {
  const bytes = await fetchFile(MANIFEST, ports, () => undefined);
  try {
    return Manifest.parse(fromJsonBytes(bytes));
  } catch (error) {
    throw new Failure("The data set's manifest (manifest.json) cannot be read: something else is served in its place.", REMEDY, {
      cause: error,
    });
  }
}

async function fetchFile(
  file: string,
  ports: ChunkPorts,
  received: (bytes: number) => void | Promise<void>,
): Promise<Uint8Array> {
  return ports.download(file, received).catch((error: unknown) => {
    if (!(error instanceof Refused)) throw error;
    throw new Failure(`The server does not have the data set's ${file} (it answered ${error.status}).`, REMEDY, { cause: error });
  });
}

async function loadChunk(
  chunk: Chunk,
  ports: ChunkPorts,
  received: (bytes: number) => void | Promise<void>,
): Promise<Uint8Array> {
  const { store, note } = ports;
  const kept = await store.get(chunk.file).catch(() => null);
  if (kept) {
    if (await isSound(kept, chunk, ports)) return kept;
    note(`The kept copy of ${chunk.file} was damaged: it was deleted and is fetched again.`);
    await store.delete(chunk.file).catch(() => undefined);
  }
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const bytes = await fetchFile(chunk.file, ports, received);
    if (await isSound(bytes, chunk, ports)) {
      await store
        .put(chunk.file, bytes)
        .catch(() => note(`${chunk.file} could not be kept here (storage is full or closed): it is fetched again next time.`));
      return bytes;
    }
    if (attempt < ATTEMPTS) note(`${chunk.file} arrived damaged: it was refused and is fetched again.`);
  }
  throw new Failure(
    `${chunk.file} arrived damaged ${ATTEMPTS} times (its SHA-256 is not the manifest's).`,
    "Reload the page. If it happens again, something between you and the server changes the data: try another network.",
  );
}

async function isSound(bytes: Uint8Array, chunk: Chunk, ports: ChunkPorts): Promise<boolean> {
  return bytes.length === chunk.bytes && (await ports.sha256(bytes)) === chunk.sha256;
}
