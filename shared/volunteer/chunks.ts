import { Manifest, type Chunk } from "../protocol/dataset.ts";
import { Split, type Dataset } from "./dataset.ts";
import { Failure } from "./outcomes.ts";
import type { Progress, Store } from "./ports.ts";

const ATTEMPTS = 3;

export interface ChunkPorts {
  /** The manifest as parsed JSON; throws Unreachable. */
  readonly manifest: () => Promise<unknown>;
  /** Bytes of a chunk; throws Unreachable. */
  readonly download: (file: string, received: (bytes: number) => void) => Promise<Uint8Array>;
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
    const manifest = Manifest.parse(await ports.manifest());
    const total = manifest.chunks.reduce((sum, { bytes }) => sum + bytes, 0);
    for (const chunk of manifest.chunks) {
      if (loaded.has(chunk.file)) continue;
      const before = [...loaded.values()].reduce((sum, bytes) => sum + bytes.length, 0);
      progress(before, total);
      loaded.set(chunk.file, await loadChunk(chunk, ports, (bytes) => progress(before + bytes, total)));
    }
    progress(total, total);
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

async function loadChunk(chunk: Chunk, ports: ChunkPorts, received: (bytes: number) => void): Promise<Uint8Array> {
  const { store, note } = ports;
  const kept = await store.get(chunk.file).catch(() => null);
  if (kept) {
    if (await isSound(kept, chunk, ports)) return kept;
    note(`The kept copy of ${chunk.file} was damaged: it was deleted and is fetched again.`);
    await store.delete(chunk.file).catch(() => undefined);
  }
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const bytes = await ports.download(chunk.file, received);
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
