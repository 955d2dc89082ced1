import { existsSync, readdirSync, readFileSync } from "node:fs";
import { copyFile, mkdir, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { gzip } from "node:zlib";

/**
 * ONNX Runtime's WebAssembly, out of node_modules, where the site serves it. Gzipped, because one of the files is larger than the
 * 25 MiB that static hosts (Cloudflare's Workers assets) allow; the volunteer inflates it. The folder is named by the
 * version, so that browsers may keep it for ever.
 */
const BUILDS = ["ort-wasm-simd-threaded", "ort-wasm-simd-threaded.jspi", "ort-wasm-simd-threaded.asyncify"];
const MAX_ASSET_BYTES = 25 * 2 ** 20;

const root = path.resolve(import.meta.dirname, "..");
const source = path.join(root, "node_modules/onnxruntime-web");
const { version } = JSON.parse(readFileSync(path.join(source, "package.json"), "utf8")) as { version: string };
const parent = path.join(root, "site/public/ort");
const target = path.join(parent, version);

if (!existsSync(target)) {
  const part = path.join(root, `.cache/ort.${process.pid}.part`);
  await mkdir(part, { recursive: true });
  try {
    await Promise.all(BUILDS.map((build) => write(build, part)));
    await mkdir(parent, { recursive: true });
    for (const old of readdirSync(parent)) await rm(path.join(parent, old), { recursive: true });
    await rename(part, target);
  } finally {
    await rm(part, { recursive: true, force: true });
  }
}

async function write(build: string, folder: string): Promise<void> {
  const packed = await promisify(gzip)(readFileSync(path.join(source, `dist/${build}.wasm`)), { level: 9 });
  if (packed.length > MAX_ASSET_BYTES)
    throw new RangeError(`${build}.wasm.gz: got ${packed.length} bytes, want at most ${MAX_ASSET_BYTES}`);
  await writeFile(path.join(folder, `${build}.wasm.gz`), packed);
  await copyFile(path.join(source, `dist/${build}.mjs`), path.join(folder, `${build}.mjs`));
}
