import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { compileTraining, type ProgramSpec } from "../../shared/nn/training.ts";

const ROOT = path.resolve(import.meta.dirname, "../..");

/** Something that is downloaded (or, a model, made on the spot): its bytes as they are and compressed. */
export interface Size {
  readonly what: string;
  readonly raw: number;
  readonly gzip: number;
  readonly brotli: number;
}

/** ONNX Runtime Web's builds as the site uses them: the WebAssembly, and the JavaScript that drives it. */
export function runtimeSizes(): Size[] {
  const dist = path.join(ROOT, "node_modules/onnxruntime-web/dist");
  return [
    ["WASM", "ort-wasm-simd-threaded"],
    ["WebGPU, browsers that can suspend WebAssembly", "ort-wasm-simd-threaded.jspi"],
    ["WebGPU, others", "ort-wasm-simd-threaded.asyncify"],
  ].flatMap(([what, file]) =>
    ["mjs", "wasm"].map((kind) => sizeOf(`ONNX Runtime for ${what}: .${kind}`, readFileSync(path.join(dist, `${file}.${kind}`)))),
  );
}

/** The volunteer's own JavaScript, where `npm run build` has left it. */
export function workerSizes(): Size[] {
  const folder = path.join(ROOT, "dist/_astro");
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((file) => /^(train\.worker|ort\.).*\.m?js$/.test(file))
    .map((file) =>
      sizeOf(`the Web Worker's ${file.replace(/[.-][\w-]{8}\.(m?js)$/, ".$1")}`, readFileSync(path.join(folder, file))),
    );
}

/** CIFAR-10's chunks; they are kept after the first visit. */
export function dataSizes(): Size[] {
  const folder = path.join(ROOT, "site/public/data/cifar10");
  if (!existsSync(folder)) return [];
  const chunks = readdirSync(folder)
    .filter((file) => file.endsWith(".bin"))
    .map((file) => readFileSync(path.join(folder, file)));
  // Photographs hardly shrink: one chunk says it for all.
  const one = sizeOf("", chunks[0]!);
  const raw = chunks.reduce((sum, { length }) => sum + length, 0);
  const scale = raw / one.raw;
  return [{ what: `CIFAR-10, ${chunks.length} chunks`, raw, gzip: one.gzip * scale, brotli: one.brotli * scale }];
}

/** The ONNX models of a network: compiled by the volunteer, downloaded by nobody. */
export function modelSizes(): Size[] {
  const targets = { webgpu: "a GPU", cpu: "a processor" } as const;
  return ([1 / 8, 1] as const).flatMap((width) =>
    (["batch", "none"] as const).flatMap((normalization) =>
      (["webgpu", "cpu"] as const).map((target) => {
        const spec: ProgramSpec = { network: { family: "vgg", depth: 16, width, head: "linear" }, normalization, batchSize: 128 };
        const { train, evaluate } = compileTraining(spec, target);
        const [size, norm] = [width === 1 ? "1" : "1/8", normalization === "batch" ? "BatchNorm" : "none"];
        const what = `model for ${targets[target]}, VGG-16, width ${size}, ${norm} (train + evaluate)`;
        return sizeOf(what, Buffer.concat([train.bytes, evaluate.bytes]));
      }),
    ),
  );
}

const sizeOf = (what: string, bytes: Uint8Array): Size => ({
  what,
  raw: bytes.length,
  gzip: gzipSync(bytes, { level: 9 }).length,
  // 9 of 11: the last two take minutes and save a few percent.
  brotli: brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } }).length,
});
